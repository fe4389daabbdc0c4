/** What the header lines of a message say, and how its body is framed by them. */
export interface HeaderLines {
  /** Name, value, name, value, as sent; values are Latin-1 without the spaces around them. */
  readonly headers: string[];
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
}

/** The first line of a response. */
export interface StatusLine {
  readonly status: number;
  readonly minorVersion: 0 | 1;
}

/** What no head may hold: control characters, and line ends that are not CR LF (RFC 9112, 2.2). */
const UNFIT = /[^\t\x20-\x7e\x80-\xff\r\n]|\r(?!\n)|(?<!\r)\n/;
const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,40}) ([\x21-\x7e]+) HTTP\/1\.([01])$/;
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: .*)?$/;
/** So that every length is a whole number exactly. */
const LENGTH = /^\d{1,15}$/;

const TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const isTokenCode = new Uint8Array(256);
for (const character of TOKEN_CHARACTERS) isTokenCode[character.charCodeAt(0)] = 1;

/** Whether a head, first line and all, has line ends and characters that everybody reads alike. */
export function isSound(head: string): boolean {
  return !UNFIT.test(head);
}

/** Reads the first line of a request; null for one that not everybody would read alike. */
export function readRequestLine(line: string): RequestLine | null {
  const match = REQUEST_LINE.exec(line);
  if (!match) return null;
  const [, method = '', target = '', minor] = match;
  return { method, target, minorVersion: minor === '1' ? 1 : 0 };
}

/** Reads the first line of a response; null for what is none. */
export function readStatusLine(line: string): StatusLine | null {
  const match = STATUS_LINE.exec(line);
  return match && { status: Number(match[2]), minorVersion: match[1] === '1' ? 1 : 0 };
}

/**
 * Reads the header lines of a head that is sound, from a place in it to its end; every line ends in CR LF. Null for
 * lines that not everybody would read alike: folded ones, a space before the colon, two lengths, two codings.
 */
export function readHeaderLines(head: string, from: number): HeaderLines | null {
  const lines = new Lines();
  for (let at = from; at < head.length;) {
    const end = head.indexOf('\r\n', at);
    const colon = head.indexOf(':', at);
    if (colon <= at || colon > end) return null;
    for (let place = at; place < colon; place += 1) if (isTokenCode[head.charCodeAt(place)] !== 1) return null;
    if (!lines.add(head.slice(at, colon), trimmed(head, colon + 1, end))) return null;
    at = end + 2;
  }
  return lines;
}

/** A piece of a text without the spaces and tabs around it. */
function trimmed(text: string, from: number, to: number): string {
  let [start, end] = [from, to];
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

class Lines implements HeaderLines {
  readonly headers: string[] = [];
  contentLength = -1;
  isChunked = false;
  isCodedOtherwise = false;
  hosts = 0;
  connection = '';
  expectsContinue = false;

  /** False when the line contradicts another one or cannot be read. */
  add(name: string, value: string): boolean {
    this.headers.push(name, value);
    // Few names matter here, and their lengths tell most of the others from them.
    if (name.length === 4) {
      if (name.toLowerCase() === 'host') this.hosts += 1;
    } else if (name.length === 6) {
      if (name.toLowerCase() === 'expect') this.expectsContinue ||= value.toLowerCase() === '100-continue';
    } else if (name.length === 10) {
      if (name.toLowerCase() === 'connection') this.connection += `,${value.toLowerCase()}`;
    } else if (name.length === 14) {
      if (name.toLowerCase() === 'content-length') return this.addLength(value);
    } else if (name.length === 17) {
      if (name.toLowerCase() === 'transfer-encoding') return this.addCoding(value);
    }
    return true;
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

/** Whether a Connection header names an option. */
export function hasOption(connection: string, option: string): boolean {
  if (connection === '') return false;
  return connection.split(',').some((part) => part.trim() === option);
}
