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
  for (let at = headers.length - 2; at >= 0; at -= 2) {
    if (isNamed(headers[at] ?? '', lowerName)) headers.splice(at, 2);
  }
}

/** Sets a header, in place of those of the same name. */
export function setHeader(headers: HeaderList, name: string, value: string): void {
  removeHeader(headers, name.toLowerCase());
  headers.push(name, value);
}

/** Adds a header to what is there; a name that is there already takes the value as a further one after a comma. */
export function joinHeader(headers: HeaderList, name: string, value: string): void {
  const lowerName = name.toLowerCase();
  for (let at = 0; at < headers.length; at += 2) {
    if (!isNamed(headers[at] ?? '', lowerName)) continue;
    // Cookies are the one header whose values are parted by a semicolon (RFC 9113, 8.2.3).
    headers[at + 1] += lowerName === 'cookie' ? `; ${value}` : `,${value}`;
    return;
  }
  headers.push(name, value);
}

function isNamed(name: string, lowerName: string): boolean {
  return name.length === lowerName.length && (name === lowerName || name.toLowerCase() === lowerName);
}
