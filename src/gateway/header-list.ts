import { isNamed } from './headers.js';

declare const fit: unique symbol;

/**
 * Headers as they go over the wire: name, value, name, value. Names keep their case, repeated names stay apart. Every part
 * can be written as it is: a list is made and changed by the functions of this file alone, which let nothing else in, so that
 * who writes it does not have to look again.
 */
export type HeaderList = readonly string[] & { readonly [fit]: true };

/** What no header holds: control characters, which could end it, and what is not Latin-1 and would be cut to a byte. */
const UNFIT = /[^\t\x20-\x7e\x80-\xff]/;

/** Headers that may be anything. @throws Error for one that would not be the same line for whoever reads it */
export function headerList(...parts: string[]): HeaderList {
  for (let at = 0; at < parts.length; at += 2) check(parts[at] ?? '', parts[at + 1] ?? '');
  return receivedHeaders(parts);
}

/** Headers that have been read from a message: its reader has let none through that could not be written. No copy is made. */
export function receivedHeaders(parts: readonly string[]): HeaderList {
  return parts as HeaderList;
}

/** Adds a header behind the others. @throws Error for one that cannot be written */
export function addHeader(headers: HeaderList, name: string, value: string): void {
  check(name, value);
  addOwnHeader(headers, name, value);
}

/** {@link addHeader}, where name and value are of this process or out of another list, so that nobody has to look. */
export function addOwnHeader(headers: HeaderList, name: string, value: string): void {
  changeable(headers).push(name, value);
}

/** Sets a header, in place of those of the same name. @throws Error for one that cannot be written */
export function setHeader(headers: HeaderList, name: string, value: string): void {
  check(name, value);
  setOwnHeader(headers, name, value);
}

/** {@link setHeader}, as {@link addOwnHeader}. */
export function setOwnHeader(headers: HeaderList, name: string, value: string): void {
  removeHeader(headers, name.toLowerCase());
  addOwnHeader(headers, name, value);
}

/** Adds headers behind the others. */
export function addHeaders(headers: HeaderList, added: HeaderList): void {
  const list = changeable(headers);
  for (const part of added) list.push(part);
}

/** Sets headers of different names, in place of those of the same names. */
export function setHeaders(headers: HeaderList, added: HeaderList): void {
  removeHeaders(headers, (name) => placeOf(added, name) >= 0);
  addHeaders(headers, added);
}

/** Removes every header of a lower-case name. */
export function removeHeader(headers: HeaderList, lowerName: string): void {
  const { length } = lowerName;
  for (let at = headers.length - 2; at >= 0; at -= 2) {
    const name = headers[at] as string;
    if (name.length === length && isNamed(name, lowerName)) removeAt(changeable(headers), at);
  }
}

/** Removes every header whose name passes a test. */
export function removeHeaders(headers: HeaderList, isRemoved: (name: string) => boolean): void {
  for (let at = headers.length - 2; at >= 0; at -= 2) {
    if (isRemoved(headers[at] as string)) changeable(headers).splice(at, 2);
  }
}

/** The headers whose names pass a test, as a list of their own. */
export function keepHeaders(headers: HeaderList, isKept: (name: string) => boolean): HeaderList {
  const kept: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string;
    if (isKept(name)) kept.push(name, headers[at + 1] as string);
  }
  return receivedHeaders(kept);
}

/** Repeated headers are looked for in another way where there are more: a head of tiny ones could take seconds. */
const FEW_PARTS = 64;

/** Some headers with those of the same name made one, at the first one's place, their values parted by a comma. */
export function joinRepeated(headers: HeaderList): HeaderList {
  const joined: string[] = [];
  const places = headers.length > FEW_PARTS ? new Map<string, number>() : null;
  for (let at = 0; at < headers.length; at += 2) {
    const [name = '', value = ''] = [headers[at], headers[at + 1]];
    const place = places ? (places.get(name.toLowerCase()) ?? -1) : placeOf(joined, name);
    if (place < 0) {
      places?.set(name.toLowerCase(), joined.length);
      joined.push(name, value);
    } else {
      // Cookies are the one header whose values are parted by a semicolon (RFC 9113, 8.2.3).
      joined[place + 1] += isNamed(name, 'cookie') ? `; ${value}` : `,${value}`;
    }
  }
  return receivedHeaders(joined);
}

/** Whether a header would be the same line for everybody who reads it. */
export function isFitHeader(name: string, value: string): boolean {
  return !UNFIT.test(value) && !UNFIT.test(name);
}

function check(name: string, value: string): void {
  if (!isFitHeader(name, value)) throw new Error(`the header ${JSON.stringify(name)} cannot be written`);
}

function changeable(headers: HeaderList): string[] {
  return headers as unknown as string[];
}

/** Removes the header at a place. Moved one by one: to call splice, which makes a list of what it removes, takes longer. */
function removeAt(headers: string[], at: number): void {
  for (let next = at + 2; next < headers.length; next += 1) headers[next - 2] = headers[next] as string;
  headers.pop();
  headers.pop();
}

function placeOf(headers: readonly string[], name: string): number {
  for (let at = 0; at < headers.length; at += 2) {
    const other = headers[at] ?? '';
    if (other.length === name.length && (other === name || other.toLowerCase() === name.toLowerCase())) return at;
  }
  return -1;
}
