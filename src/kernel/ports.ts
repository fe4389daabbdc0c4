/** Reads a list of ports and port ranges (`80,443,10000-12000`) into a test; null when the text is no such list. */
export function parsePortList(text: string): ((port: number) => boolean) | null {
  const ranges: [number, number][] = [];
  for (const part of text.split(',')) {
    const match = /^\s*(\d{1,5})(?:\s*-\s*(\d{1,5}))?\s*$/.exec(part);
    if (!match) return null;
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (first < 1 || last > 65_535 || first > last) return null;
    ranges.push([first, last]);
  }
  return (port) => ranges.some(([first, last]) => port >= first && port <= last);
}
