import { httpMethods } from '../../../contract/plugins/index.js';

const SLASH = 0x2f;

/** What the order of resources depends on. */
interface Placed {
  readonly path: string;
  readonly methodType: string | null;
}

/**
 * Orders resources: a path before what lies below it, siblings by code unit, the path itself before its methods,
 * methods as the enum guide lists them. Does not depend on the collation of the database.
 */
export function compareResources(a: Placed, b: Placed): number {
  return comparePaths(a.path, b.path) || methodRank(a.methodType) - methodRank(b.methodType);
}

/** With a slash below every other character, a path stands before `/a-b` and after nothing but its ancestors. */
function comparePaths(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '/' || b === '/') return a === '/' ? -1 : 1;
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  while (at < shorter && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at === shorter ? a.length - b.length : rankAt(a, at) - rankAt(b, at);
}

function rankAt(path: string, at: number): number {
  const code = path.charCodeAt(at);
  return code === SLASH ? -1 : code;
}

function methodRank(methodType: string | null): number {
  return methodType === null ? -1 : httpMethods.findIndex((method) => method === methodType);
}
