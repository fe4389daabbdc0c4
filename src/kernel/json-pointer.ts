/** The JSON pointer (RFC 6901) of a value inside the one at `pointer`. */
export function inside(pointer: string, ...tokens: (string | number)[]): string {
  return tokens.reduce<string>((at, token) => `${at}/${escapeToken(String(token))}`, pointer);
}

/** The tokens of a JSON pointer, unescaped. */
export function tokensOf(pointer: string): string[] {
  const tokens = pointer.split('/').slice(1);
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value at a pointer; undefined when there is none. Values that every object inherits do not count. */
export function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const token of tokensOf(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined;
    value = (value as Record<string, unknown>)[token];
  }
  return value;
}

/** What a `$ref` holds to refer to a place of its own document. */
export function referenceTo(...tokens: string[]): string {
  return `#${tokens.map((token) => `/${encodeURIComponent(escapeToken(token))}`).join('')}`;
}

/** The pointer that a `$ref` holds; null when it leaves the document. */
export function pointerOfReference(reference: string): string | null {
  if (!/^#(\/|$)/.test(reference)) return null;
  try {
    return decodeURIComponent(reference.slice(1));
  } catch (error) {
    // A percent sign that starts no escape is meant as it stands.
    if (error instanceof URIError) return reference.slice(1);
    throw error;
  }
}

function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}
