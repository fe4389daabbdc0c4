import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work in pieces: it yields between them and returns its result. One rule for work done at once and bit by bit. */
export type Steps<Result> = Generator<void, Result, void>;

/** How long work may keep a thread that has others to serve. */
const SLICE_MS = 5;
/** Lists up to this length are mapped without a pause: it would cost those who wait for the list more than others gain. */
const SHORT_LIST = 1000;
/** Lists up to this length are sorted in one step. */
const SORTED_AT_ONCE = 250;

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
  return beginInSlices(steps);
}

/** As {@link runInSlices} without the first pause, so that short work has none. */
export async function beginInSlices<Result>(steps: Steps<Result>): Promise<Result> {
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

/** Sorts a list as `toSorted` does, a long one in slices as {@link runInSlices} does it. */
export async function sortInSlices<Item extends object>(
  items: readonly Item[],
  compare: (a: Item, b: Item) => number,
): Promise<Item[]> {
  return items.length <= SHORT_LIST ? items.toSorted(compare) : runInSlices(sortSteps(items, compare));
}

function* sortSteps<Item extends object>(items: readonly Item[], compare: (a: Item, b: Item) => number): Steps<Item[]> {
  yield;
  if (items.length <= SORTED_AT_ONCE) return items.toSorted(compare);
  const middle = Math.floor(items.length / 2);
  const first = yield* sortSteps(items.slice(0, middle), compare);
  const second = yield* sortSteps(items.slice(middle), compare);
  const merged: Item[] = [];
  let at = 0;
  for (const item of first) {
    for (let other = second[at]; other !== undefined && compare(other, item) < 0; other = second[at]) {
      merged.push(other);
      at += 1;
      yield;
    }
    merged.push(item);
    yield;
  }
  return merged.concat(second.slice(at));
}

/** Maps a list in a step for each item. */
export function* mapSteps<Item, Result>(items: readonly Item[], map: (item: Item) => Result): Steps<Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    results.push(map(item));
    yield;
  }
  return results;
}
