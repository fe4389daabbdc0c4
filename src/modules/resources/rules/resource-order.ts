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
  return compareOrdered(ordered(a), ordered(b));
}

/** A thing beside what its place in the order depends on, so that this is worked out once and not for each comparison. */
export interface Ordered<Thing> {
  readonly thing: Thing;
  readonly key: string;
  readonly rank: number;
}

/** A thing for {@link inOrder}. */
export function ordered<Thing extends Placed>(thing: Thing): Ordered<Thing> {
  return { thing, key: sortKey(thing.path), rank: methodRank(thing.methodType) };
}

/** Things in the order of {@link compareResources}. */
export function inOrder<Thing>(things: readonly Ordered<Thing>[]): Thing[] {
  return things.toSorted(compareOrdered).map(({ thing }) => thing);
}

function compareOrdered(a: Ordered<unknown>, b: Ordered<unknown>): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.rank - b.rank;
}

/** With a slash below every other character, a path stands before `/a-b` and after nothing but its ancestors. */
function sortKey(path: string): string {
  return path === '/' ? '' : path.replaceAll('/', '\0');
}

function methodRank(methodType: string | null): number {
  return methodType === null ? -1 : httpMethods.findIndex((method) => method === methodType);
}
