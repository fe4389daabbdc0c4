/** The values of a header of a list (name, value, name, value), by its lower-case name, joined by a comma; null when it is absent. */
export function findHeader(headers: readonly string[], lowerName: string): string | null {
  let found: string | null = null;
  for (let at = 0; at < headers.length; at += 2) {
    if (!isNamed(headers[at] ?? '', lowerName)) continue;
    const value = headers[at + 1] ?? '';
    found = found === null ? value : `${found}, ${value}`;
  }
  return found;
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

/** Whether a header has a lower-case name. */
export function isNamed(name: string, lowerName: string): boolean {
  if (name.length !== lowerName.length) return false;
  // Bit 0x20 parts the cases: most names of one length differ in their first letter, which costs less than to lower one.
  if ((name.charCodeAt(0) | 0x20) !== (lowerName.charCodeAt(0) | 0x20)) return false;
  return name === lowerName || name.toLowerCase() === lowerName;
}
