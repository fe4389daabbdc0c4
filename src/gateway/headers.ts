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
  // Most names differ from all of these in their length already, and from others of their length in a letter.
  const byLength: string[][] = Array.from({ length: Math.max(...lowerNames.map((name) => name.length)) + 1 }, () => []);
  for (const name of lowerNames) byLength[name.length]?.push(name);
  return (name) => {
    const { length } = name;
    if (length >= byLength.length) return false;
    const names = byLength[length] as string[];
    for (let at = 0; at < names.length; at += 1) if (isNamed(name, names[at] as string)) return true;
    return false;
  };
}

const [UPPER_A, UPPER_Z, CASE_BIT] = [0x41, 0x5a, 0x20];

/** Whether a header has a lower-case name. */
export function isNamed(name: string, lowerName: string): boolean {
  if (name.length !== lowerName.length) return false;
  // From the end, as many names begin alike. To lower a name takes longer than to look at it.
  for (let at = name.length - 1; at >= 0; at -= 1) {
    const code = name.charCodeAt(at);
    if ((code >= UPPER_A && code <= UPPER_Z ? code | CASE_BIT : code) !== lowerName.charCodeAt(at)) return false;
  }
  return true;
}
