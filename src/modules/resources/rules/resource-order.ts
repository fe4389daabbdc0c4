import { httpMethods } from '../../../contract/plugins/index.js';

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
  const [left, right] = [sortKey(a.path), sortKey(b.path)];
  if (left !== right) return left < right ? -1 : 1;
  return methodRank(a.methodType) - methodRank(b.methodType);
}

/** With a slash below every other character, a path stands before `/a-b` and after nothing but its ancestors. */
function sortKey(path: string): string {
  return path === '/' ? '' : path.replaceAll('/', '\0');
}

function methodRank(methodType: string | null): number {
  return methodType === null ? -1 : httpMethods.findIndex((method) => method === methodType);
}
