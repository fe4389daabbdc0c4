/** What no header holds: control characters, which could end it, and what is not Latin-1 and would be cut to a byte. */
const UNFIT = /[^\t\x20-\x7e\x80-\xff]/;

/** A header as a line of Latin-1. @throws Error for one that would not be the same line for whoever reads it. */
export function headerLine(name: string, value: string): string {
  if (UNFIT.test(value) || UNFIT.test(name)) throw new Error(`the header ${JSON.stringify(name)} cannot be written`);
  return `${name}: ${value}\r\n`;
}
