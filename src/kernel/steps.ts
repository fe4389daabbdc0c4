import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work in pieces: it yields between them and returns its result. One rule for work done at once and bit by bit. */
export type Steps<Result> = Generator<void, Result, void>;

/** How long work may keep a thread that has others to serve. */
const SLICE_MS = 10;

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
