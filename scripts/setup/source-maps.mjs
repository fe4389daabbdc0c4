import { decode, encode } from '@jridgewell/sourcemap-codec';
import { readFile, writeFile } from 'node:fs/promises';

/**
 * Takes the lines of packages out of a source map: they are nobody's to mend, and with them the map of a control plane
 * takes 48 MB of its memory once the first stack has been looked at.
 */
export async function keepOwnLines(path) {
  const map = JSON.parse(await readFile(path, 'utf8'));
  const isOwn = map.sources.map((source) => !source.includes('/node_modules/'));
  const lines = decode(map.mappings).map((segments) => ownSegments(segments, isOwn));
  await writeFile(path, JSON.stringify({ ...map, names: [], mappings: encode(lines) }));
}

/** Without those that say the same as the one before: a segment of one number stands for what is not mapped. */
function ownSegments(segments, isOwn) {
  const own = [];
  for (const [column, source, line, originalColumn] of segments) {
    if (source !== undefined && isOwn[source]) own.push([column, source, line, originalColumn]);
    else if (own.length === 0 || own.at(-1).length > 1) own.push([column]);
  }
  return own;
}
