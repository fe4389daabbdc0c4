import { type HeaderList, receivedHeaders } from '../header-list.js';
import { isNamed, listMembers } from '../headers.js';

/** A head that is to be read: its characters are read as bytes, which is quicker, and its parts are cut from the text. */
export interface HeadText {
  /** As Latin-1, each line with its CR LF. */
  readonly text: string;
  /** The bytes of the text, with or without more behind them. */
  readonly bytes: Uint8Array;
}

/** What the header lines of a message say, and how its body is framed by them. */
export interface HeaderLines {
  /** Name, value, name, value, as sent; values are Latin-1 without the spaces around them. */
  readonly headers: HeaderList;
  /** Of Content-Length; -1 without one. */
  readonly contentLength: number;
  readonly isChunked: boolean;
  /** Whether there is a Transfer-Encoding that is not exactly `chunked`. */
  readonly isCodedOtherwise: boolean;
  /** Number of Host lines. */
  readonly hosts: number;
  /** Options of Connection, lower case; '' without one. */
  readonly connection: string;
  readonly expectsContinue: boolean;
}

/** The first line of a request. */
export interface RequestLine {
  readonly method: string;
  readonly target: string;
  readonly minorVersion: 0 | 1;
  /** Where the next line begins. */
  readonly end: number;
}

/** The first line of a response. */
export interface StatusLine {
  readonly status: number;
  readonly minorVersion: 0 | 1;
  /** Where the next line begins. */
  readonly end: number;
}

/** So that every length is a whole number exactly. */
const LENGTH = /^\d{1,15}$/;
const MAX_METHOD_CHARACTERS = 40;
const VERSION = 'HTTP/1.';
const [TAB, LF, CR, SPACE, ZERO, ONE, NINE, COLON] = [0x09, 0x0a, 0x0d, 0x20, 0x30, 0x31, 0x39, 0x3a];

/** What a character may be part of, as bits, by its byte. */
const [IN_TOKEN, IN_TARGET, IN_VALUE] = [1, 2, 4];
const kinds = Uint8Array.from({ length: 256 }, (_none, code) => {
  const isToken = /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(code));
  const isTarget = code > SPACE && code < 0x7f;
  const isValue = code === TAB || (code >= SPACE && code !== 0x7f);
  return (isToken ? IN_TOKEN : 0) | (isTarget ? IN_TARGET : 0) | (isValue ? IN_VALUE : 0);
});

/** Where a run of characters of a kind ends that begins at a place. */
function runEnd(bytes: Uint8Array, from: number, kind: number): number {
  let at = from;
  // Behind the end of the bytes there is none, and no kind.
  while (((kinds[bytes[at] as number] as number) & kind) !== 0) at += 1;
  return at;
}

function isLineEnd(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === CR && bytes[at + 1] === LF;
}

/** The version at a place of a head; null for another than 1.0 and 1.1. */
function minorVersionAt({ text, bytes }: HeadText, at: number): 0 | 1 | null {
  if (!text.startsWith(VERSION, at)) return null;
  const byte = bytes[at + VERSION.length];
  return byte === ONE ? 1 : byte === ZERO ? 0 : null;
}

/** Reads the first line of a request from the head that it begins; null for one that not everybody would read alike. */
export function readRequestLine(head: HeadText): RequestLine | null {
  const { text, bytes } = head;
  const methodEnd = runEnd(bytes, 0, IN_TOKEN);
  if (methodEnd === 0 || methodEnd > MAX_METHOD_CHARACTERS || bytes[methodEnd] !== SPACE) return null;
  const targetEnd = runEnd(bytes, methodEnd + 1, IN_TARGET);
  if (targetEnd === methodEnd + 1 || bytes[targetEnd] !== SPACE) return null;
  const minorVersion = minorVersionAt(head, targetEnd + 1);
  const end = targetEnd + 1 + VERSION.length + 1;
  if (minorVersion === null || !isLineEnd(bytes, end)) return null;
  const target = text.slice(methodEnd + 1, targetEnd);
  return { method: text.slice(0, methodEnd), target, minorVersion, end: end + 2 };
}

/** Reads the first line of a response from the head that it begins; null for what is none. */
export function readStatusLine(head: HeadText): StatusLine | null {
  const { bytes } = head;
  const minorVersion = minorVersionAt(head, 0);
  const at = VERSION.length + 2;
  if (minorVersion === null || bytes[at - 1] !== SPACE) return null;
  let status = 0;
  for (let place = at; place < at + 3; place += 1) {
    const byte = bytes[place] as number;
    if (!(byte >= ZERO && byte <= NINE)) return null;
    status = status * 10 + byte - ZERO;
  }
  // The phrase may be missing, and the space before it.
  const end = bytes[at + 3] === SPACE ? runEnd(bytes, at + 4, IN_VALUE) : at + 3;
  return status >= 100 && isLineEnd(bytes, end) ? { status, minorVersion, end: end + 2 } : null;
}

/**
 * Reads the header lines of a head, from a place in it to its end; every line ends in CR LF. Null for lines that not
 * everybody would read alike: folded ones, a space before the colon, a line end that is not CR LF, a control character,
 * two lengths, two codings (RFC 9112, 2.2, 5 and 6).
 */
export function readHeaderLines({ text, bytes }: HeadText, from: number): HeaderLines | null {
  const lines = new Lines();
  for (let at = from; at < text.length;) {
    const colon = runEnd(bytes, at, IN_TOKEN);
    if (colon === at || bytes[colon] !== COLON) return null;
    let start = colon + 1;
    while (isBlank(bytes[start])) start += 1;
    const lineEnd = runEnd(bytes, start, IN_VALUE);
    if (!isLineEnd(bytes, lineEnd)) return null;
    let end = lineEnd;
    while (end > start && isBlank(bytes[end - 1])) end -= 1;
    const hasTab = end < lineEnd && text.slice(end, lineEnd).includes('\t');
    if (!lines.add(text.slice(at, colon), text.slice(start, end), hasTab)) return null;
    at = lineEnd + 2;
  }
  return lines;
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

class Lines implements HeaderLines {
  private readonly parts: string[] = [];
  contentLength = -1;
  isChunked = false;
  isCodedOtherwise = false;
  hosts = 0;
  connection = '';
  expectsContinue = false;

  get headers(): HeaderList {
    return receivedHeaders(this.parts);
  }

  /** False when the line contradicts another one or cannot be read. Many take no tab behind what frames a message. */
  add(name: string, value: string, hasTabBehind: boolean): boolean {
    this.parts.push(name, value);
    // Few names matter here, and their lengths tell most of the others from them.
    if (name.length === 4) {
      if (isNamed(name, 'host')) this.hosts += 1;
    } else if (name.length === 6) {
      if (isNamed(name, 'expect')) this.expectsContinue ||= value.toLowerCase() === '100-continue';
    } else if (name.length === 10) {
      if (isNamed(name, 'connection')) return !hasTabBehind && this.addOptions(value);
    } else if (name.length === 14) {
      if (isNamed(name, 'content-length')) return !hasTabBehind && this.addLength(value);
    } else if (name.length === 17) {
      if (isNamed(name, 'transfer-encoding')) return !hasTabBehind && this.addCoding(value);
    }
    return true;
  }

  private addOptions(value: string): boolean {
    this.connection += `,${value.toLowerCase()}`;
    return !value.includes('\t');
  }

  private addLength(value: string): boolean {
    if (this.contentLength >= 0 || !LENGTH.test(value)) return false;
    this.contentLength = Number(value);
    return true;
  }

  private addCoding(value: string): boolean {
    if (this.isChunked || this.isCodedOtherwise) return false;
    if (value.toLowerCase() === 'chunked') this.isChunked = true;
    else this.isCodedOtherwise = true;
    return true;
  }
}

/** Whether a Connection header, lower case, names an option. */
export function hasOption(connection: string, option: string): boolean {
  return connection.includes(option) && listMembers(connection).includes(option);
}
