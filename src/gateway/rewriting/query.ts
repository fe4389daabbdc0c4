/** A `name=value` of a query string, as sent and not decoded; value null without `=`. */
interface QueryPart {
  readonly rawName: string;
  readonly rawValue: string | null;
  readonly name: string;
}

const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/;

/** Whether every percent sign of a text starts an escape. */
export function isEscapeSound(text: string): boolean {
  return !text.includes('%') || !BROKEN_ESCAPE.test(text);
}

/**
 * The query as it goes to a backend: as sent, but values of the same name joined by a comma at the first one's place.
 * Source: the console guide's note on multiple values.
 */
export function joinRepeated(query: string): string {
  if (!query.includes('&')) return query;
  const parts = queryParts(query);
  const values = new Map<string, { rawName: string; rawValue: string | null }>();
  for (const { name, rawName, rawValue } of parts) {
    const earlier = values.get(name);
    if (!earlier) values.set(name, { rawName, rawValue });
    else earlier.rawValue = `${earlier.rawValue ?? ''},${rawValue ?? ''}`;
  }
  if (values.size === parts.length) return query;
  return [...values.values()]
    .map(({ rawName, rawValue }) => (rawValue === null ? rawName : `${rawName}=${rawValue}`))
    .join('&');
}

/** The decoded values of a query parameter, joined by a comma; null when it is absent. */
export function queryValue(query: string, name: string): string | null {
  const values = queryParts(query).filter((part) => part.name === name);
  if (values.length === 0) return null;
  return values.map((part) => decodeParameter(part.rawValue ?? '')).join(',');
}

function queryParts(query: string): QueryPart[] {
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const cut = part.indexOf('=');
      const rawName = cut < 0 ? part : part.slice(0, cut);
      return { rawName, rawValue: cut < 0 ? null : part.slice(cut + 1), name: decodeParameter(rawName) };
    });
}

/** Decodes as form fields are: plus is a space. What is no UTF-8 stays as it was sent: queries come in other charsets too. */
export function decodeParameter(raw: string): string {
  if (!/[%+]/.test(raw)) return raw;
  const spaced = raw.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch (error) {
    if (error instanceof URIError) return spaced;
    throw error;
  }
}
