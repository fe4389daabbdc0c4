/** Headers as they go over the wire: name, value, name, value. Names keep their case, repeated names stay apart. */
export type HeaderList = string[];

/** The values of a header, by its lower-case name, joined by a comma; null when it is absent. */
export function findHeader(headers: readonly string[], lowerName: string): string | null {
  let found: string | null = null;
  for (let at = 0; at < headers.length; at += 2) {
    if (!isNamed(headers[at] ?? '', lowerName)) continue;
    const value = headers[at + 1] ?? '';
    found = found === null ? value : `${found}, ${value}`;
  }
  return found;
}

/** Removes every header of a lower-case name. */
export function removeHeader(headers: HeaderList, lowerName: string): void {
  const { length } = lowerName;
  for (let at = headers.length - 2; at >= 0; at -= 2) {
    const name = headers[at] as string;
    if (name.length === length && isNamed(name, lowerName)) removeAt(headers, at);
  }
}

/** Removes the header at a place. Moved one by one: to call splice, which makes a list of what it removes, takes longer. */
function removeAt(headers: HeaderList, at: number): void {
  for (let next = at + 2; next < headers.length; next += 1) headers[next - 2] = headers[next] as string;
  headers.pop();
  headers.pop();
}

/** Removes every header whose name passes a test. */
export function removeHeaders(headers: HeaderList, isRemoved: (name: string) => boolean): void {
  for (let at = headers.length - 2; at >= 0; at -= 2) if (isRemoved(headers[at] as string)) headers.splice(at, 2);
}

/** Sets a header, in place of those of the same name. */
export function setHeader(headers: HeaderList, name: string, value: string): void {
  removeHeader(headers, name.toLowerCase());
  headers.push(name, value);
}

/** Sets headers of different names, in place of those of the same names. */
export function setHeaders(headers: HeaderList, added: HeaderList): void {
  for (let at = headers.length - 2; at >= 0; at -= 2) {
    if (placeOf(added, headers[at] ?? '') >= 0) headers.splice(at, 2);
  }
  for (const part of added) headers.push(part);
}

/** Repeated headers are looked for in another way where there are more: a head of tiny ones could take seconds. */
const FEW_PARTS = 64;

/** Some headers with those of the same name made one, at the first one's place, their values parted by a comma. */
export function joinRepeated(headers: readonly string[]): HeaderList {
  const joined: HeaderList = [];
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
  return joined;
}

/** The members of a list in a header, such as Connection: lower case, without the spaces and tabs around them. */
export function listMembers(value: string): string[] {
  return value.split(',').map((member) => member.replace(/^[ \t]+|[ \t]+$/g, '').toLowerCase());
}

/** A test for some lower-case names, whatever the case of the name that is tested. */
export function headerNames(lowerNames: readonly string[]): (name: string) => boolean {
  const names = new Set(lowerNames);
  // Most names differ from all of these in their length already: a bit for each, lengths 32 apart sharing one.
  const lengths = lowerNames.reduce((bits, name) => bits | (1 << name.length), 0);
  return (name) => ((lengths >>> name.length) & 1) !== 0 && names.has(name.toLowerCase());
}

function placeOf(headers: HeaderList, name: string): number {
  for (let at = 0; at < headers.length; at += 2) {
    const other = headers[at] ?? '';
    if (other.length === name.length && (other === name || other.toLowerCase() === name.toLowerCase())) return at;
  }
  return -1;
}

function isNamed(name: string, lowerName: string): boolean {
  if (name.length !== lowerName.length) return false;
  // Bit 0x20 parts the cases: most names of one length differ in their first letter, which costs less than to lower one.
  if ((name.charCodeAt(0) | 0x20) !== (lowerName.charCodeAt(0) | 0x20)) return false;
  return name === lowerName || name.toLowerCase() === lowerName;
}
