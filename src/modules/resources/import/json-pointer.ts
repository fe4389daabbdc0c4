import { own } from './json.js';

/** The JSON pointer (RFC 6901) of a value inside the one at `pointer`. */
export function inside(pointer: string, ...tokens: (string | number)[]): string {
  return tokens.reduce<string>((at, token) => `${at}/${escapeToken(String(token))}`, pointer);
}

/** The tokens of a JSON pointer, unescaped. */
export function tokensOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The reference to a JSON pointer of the same document, as `$ref` holds it. */
export function referenceTo(...tokens: string[]): string {
  return `#${tokens.map((token) => `/${encodeURIComponent(escapeToken(token))}`).join('')}`;
}

/** Where a `$ref` points to in the same document; null when it leaves the document or cannot be read. */
export function pointerOfReference(reference: string): string | null {
  if (!/^#(\/|$)/.test(reference)) return null;
  try {
    return decodeURIComponent(reference.slice(1));
  } catch (error) {
    if (error instanceof URIError) return reference.slice(1);
    throw error;
  }
}

/** The value at a pointer; undefined when there is none. */
export function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const token of tokensOf(pointer)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = own(value, token);
  }
  return value;
}

function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}
