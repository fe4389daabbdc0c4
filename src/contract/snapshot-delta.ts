import * as z from 'zod';

/*
 * A snapshot as it differs from that of another deployment of its stage, the base. Most deployments change few of many
 * paths, and what did not change need not be sent, checked and built again. The hash is that of the whole, so that a
 * gateway knows that it has put together what was deployed.
 */

/** Header of the question for a snapshot: the id of the deployment whose snapshot the gateway holds. */
export const SNAPSHOT_BASE_HEADER = 'gatewright-snapshot-base';

/** Paths of the base, from an index up to another, which is not among them. */
const range = z.tuple([z.int().min(0), z.int().min(0)]);

/** The snapshot but for its paths; of those, what the base has too stands as ranges of it. */
const deltaSchema = z.looseObject({ paths: z.array(z.union([range, z.custom<object>(isPath)])) });

function isPath(item: unknown): boolean {
  return typeof item === 'object' && item !== null && !Array.isArray(item);
}

/** What stands in a delta for the paths of a snapshot, each of which is given as its text. */
export function deltaOfPaths(
  base: readonly string[],
  paths: readonly string[],
): (readonly [number, number] | string)[] {
  const shorter = Math.min(base.length, paths.length);
  let head = 0;
  while (head < shorter && base[head] === paths[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && base[base.length - 1 - tail] === paths[paths.length - 1 - tail]) tail += 1;
  // Of most deployments next to nothing is left between what both begin and end with.
  const places = new Map(base.slice(head, base.length - tail).map((path, at) => [path, head + at]));
  const delta: (readonly [number, number] | string)[] = [[0, head]];
  for (const path of paths.slice(head, paths.length - tail)) {
    const at = places.get(path);
    const last = delta.at(-1);
    if (at === undefined) delta.push(path);
    else if (typeof last === 'object' && last[1] === at) delta[delta.length - 1] = [last[0], at + 1];
    else delta.push([at, at + 1]);
  }
  return [...delta, [base.length - tail, base.length]];
}

/**
 * The snapshot that a delta tells; paths of the base are the objects that the base has.
 * @throws Error when it is no delta of this base
 */
export function applyDelta(base: readonly unknown[], delta: unknown): Record<string, unknown> & { paths: unknown[] } {
  const { paths, ...frame } = deltaSchema.parse(delta);
  const whole = paths.flatMap((item) => {
    if (!Array.isArray(item)) return [item];
    if (item[1] > base.length) throw new Error(`the base has no path ${item[1]}`);
    return base.slice(...item);
  });
  return { ...frame, paths: whole };
}
