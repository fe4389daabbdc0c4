/** What an Authorization header says: its parameters by lower-case name. */
export type Credential = ReadonlyMap<string, string>;

const NAME = /[A-Za-z0-9_-]+/y;
const UNQUOTED = /[^\s",]+/y;
const SPACE = /[\t ]*/y;

/**
 * Reads `name="value", name="value"`, the part behind the scheme; a value may stand without quotes, too.
 * Every character is looked at once. Null for what is not written so, or names something twice.
 */
export function readCredential(text: string): Credential | null {
  const parameters = new Map<string, string>();
  let at = skip(SPACE, text, 0);
  while (at < text.length) {
    const nameEnd = skip(NAME, text, at);
    const name = text.slice(at, nameEnd).toLowerCase();
    at = skip(SPACE, text, nameEnd);
    if (name === '' || parameters.has(name) || text[at] !== '=') return null;
    const value = readValue(text, skip(SPACE, text, at + 1));
    if (!value) return null;
    parameters.set(name, value.text);
    at = skip(SPACE, text, value.end);
    if (at === text.length) break;
    if (text[at] !== ',') return null;
    at = skip(SPACE, text, at + 1);
  }
  return parameters;
}

function readValue(text: string, at: number): { text: string; end: number } | null {
  if (text[at] !== '"') {
    const end = skip(UNQUOTED, text, at);
    return end === at ? null : { text: text.slice(at, end), end };
  }
  const close = text.indexOf('"', at + 1);
  return close < 0 ? null : { text: text.slice(at + 1, close), end: close + 1 };
}

/** Where the text goes on behind what a sticky pattern matches. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
