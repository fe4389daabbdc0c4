/** Where in the settings of a plugin a secret stands, as a path of keys. */
const secretPlaces: Readonly<Record<string, readonly (readonly string[])[]>> = {
  HMAC: [['secretKey']],
  JWT: [['hs256', 'secretKey']],
};

/** The settings with every secret in them replaced by what `change` makes of it; settings without secrets as they are. */
export function mapSecrets(
  pluginType: string,
  config: Readonly<Record<string, unknown>>,
  change: (secret: string) => string,
): Record<string, unknown> {
  const places = secretPlaces[pluginType] ?? [];
  return places.reduce<Record<string, unknown>>((mapped, place) => mapAt(mapped, place, change), { ...config });
}

function mapAt(
  holder: Record<string, unknown>,
  [key, ...rest]: readonly string[],
  change: (secret: string) => string,
): Record<string, unknown> {
  const value = key === undefined ? undefined : holder[key];
  if (key === undefined || value === undefined) return holder;
  if (rest.length > 0) return { ...holder, [key]: mapAt(value as Record<string, unknown>, rest, change) };
  return typeof value === 'string' ? { ...holder, [key]: change(value) } : holder;
}
