import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload, type SourceMapping } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Of files that stacks have named; null for one of a package. */
const maps = new Map<string, SourceMap | null>();

/**
 * Has the stacks of errors name the lines of the sources, from now on and in this process. Node does so by itself where
 * it is told to (`--enable-source-maps`), but then reads the map of every file that it loads, which takes an eighth of a
 * control plane's start. Here a map is read when the first stack that needs it is looked at.
 */
export function nameSourcesInStacks(): void {
  Error.prepareStackTrace = (error, sites) =>
    [firstLineOf(error), ...sites.map((site) => `    at ${originalOf(site)}`)].join('\n');
}

/** With the code that Node's own errors have. */
function firstLineOf(error: NodeJS.ErrnoException): string {
  const { name, code, message } = error;
  const isNodes = typeof code === 'string' && code.startsWith('ERR_');
  return isNodes ? `${name} [${code}]: ${message}` : Error.prototype.toString.call(error);
}

/** A call site as V8 writes it, at its place in the sources where that is known. */
function originalOf(site: NodeJS.CallSite): string {
  const text = (site as { toString(): string }).toString();
  const [file, line, column] = [site.getFileName(), site.getLineNumber(), site.getColumnNumber()];
  if (!file?.startsWith('file:') || line === null || column === null) return text;
  try {
    const entry = mapOf(file)?.findEntry(line - 1, column - 1);
    if (!entry || !isMapped(entry)) return text;
    const source = fileURLToPath(new URL(entry.originalSource, file));
    const original = `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    return text.replace(`${file}:${line}:${column}`, () => original);
  } catch {
    // A map that is not there, or cannot be read (now): the place in the compiled file says something, too.
    return text;
  }
}

/** Lines of packages are not mapped; of them it says where they stand in the file, and no more. */
function isMapped(entry: object): entry is SourceMapping {
  return 'originalSource' in entry && entry.originalSource !== undefined;
}

function mapOf(file: string): SourceMap | null {
  const known = maps.get(file);
  if (known !== undefined) return known;
  const map = file.includes('/node_modules/') ? null : readMap(`${file}.map`);
  maps.set(file, map);
  return map;
}

function readMap(file: string): SourceMap {
  return new SourceMap(JSON.parse(readFileSync(fileURLToPath(file), 'utf8')) as SourceMapPayload);
}
