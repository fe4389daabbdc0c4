import { inside } from './json-pointer.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const decoder = new TextDecoder();

/** An object or an array that is not closed yet. */
interface Open {
  /** Null of an array. */
  readonly names: Set<string> | null;
  /** The name, or the index, of the member that is being read. */
  at: string | number;
}

/**
 * The JSON pointer of the first member of an object that has a name which another one has before it; null without one.
 * The bytes must be valid JSON. Parsers take the last of such members, or the first: what a check has seen in a text
 * need not be what another reader of it takes.
 */
export function duplicateName(json: Uint8Array): string | null {
  const open: Open[] = [];
  for (let position = 0; position < json.length; position += 1) {
    const byte = json[position];
    const inner = open.at(-1);
    if (byte === 0x7b || byte === 0x5b) open.push({ names: byte === 0x7b ? new Set() : null, at: 0 });
    else if (byte === 0x7d || byte === 0x5d) open.pop();
    else if (byte === 0x2c && inner && typeof inner.at === 'number') inner.at += 1;
    else if (byte === QUOTE) {
      const end = endOfText(json, position);
      if (inner?.names && isName(json, end)) {
        inner.at = JSON.parse(decoder.decode(json.subarray(position, end + 1))) as string;
        if (inner.names.has(inner.at)) return inside('', ...open.map(({ at }) => at));
        inner.names.add(inner.at);
      }
      position = end;
    }
  }
  return null;
}

/** Where the quote stands that ends the text that begins at `start`. */
function endOfText(json: Uint8Array, start: number): number {
  let position = start + 1;
  while (position < json.length && json[position] !== QUOTE) position += json[position] === BACKSLASH ? 2 : 1;
  return position;
}

/** Whether a colon follows the text that ends at `end`. */
function isName(json: Uint8Array, end: number): boolean {
  let position = end + 1;
  while (position < json.length && isSpace(json[position])) position += 1;
  return json[position] === COLON;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
