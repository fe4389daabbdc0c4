import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work in pieces: it yields between them and returns its result. One rule for work done at once and bit by bit. */
export type Steps<Result> = Generator<void, Result, void>;

/** How long work may keep a thread that has others to serve. */
const SLICE_MS = 10;
/** Lists up to this length are mapped without a pause: it would cost those who wait for the list more than others gain. */
const SHORT_LIST = 1000;

/** Does the work without a pause. Throws what it throws. */
export function runAtOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * Does the work with pauses in which the thread does what else has come up, the first one before it begins.
 * Rejects with what the work throws.
 */
export async function runInSlices<Result>(steps: Steps<Result>): Promise<Result> {
  await nextTurn();
  let startedAtMs = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - startedAtMs < SLICE_MS) continue;
    await nextTurn();
    startedAtMs = performance.now();
  }
}

/** Maps a list, a long one in slices as {@link runInSlices} does it. */
export async function mapInSlices<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Result,
): Promise<Result[]> {
  return items.length <= SHORT_LIST ? items.map((item) => map(item)) : runInSlices(mapSteps(items, map));
}

function* mapSteps<Item, Result>(items: readonly Item[], map: (item: Item) => Result): Steps<Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    results.push(map(item));
    yield;
  }
  return results;
}
