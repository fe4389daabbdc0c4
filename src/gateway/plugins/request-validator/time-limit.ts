import { types } from 'node:util';
import { createContext, Script } from 'node:vm';

/** What was to be done took too long, or went too deep. */
export class TooComplex extends Error {}

const stage: { run: (() => unknown) | null } = { run: null };
const room = createContext(stage);
const script = new Script('run()');
/** How often work is done again from its beginning because the machine did something else in its time. */
const MAX_INTERRUPTIONS = 1;

/**
 * Does synchronous work that may take endlessly, as the patterns and schemas of strangers may; matching of a regular
 * expression is ended as well. Costs about 0.1 ms. The limit is time on the clock: work that was ended by it while this
 * process had the processor for less than half of that is done once more, so that it takes twice the time at most.
 * @throws TooComplex when it is not done within the time or its calls go too deep.
 */
export function runWithin<Result>(timeMs: number, run: () => Result): Result {
  for (let interruptions = 0; ; interruptions += 1) {
    const before = process.cpuUsage();
    try {
      return runOnce(timeMs, run);
    } catch (error) {
      if (!isOverrun(error)) throw error;
      const isWork = isTooDeep(error) || millisecondsSince(before) > timeMs / 2;
      if (isWork || interruptions === MAX_INTERRUPTIONS) throw new TooComplex('the work was ended', { cause: error });
    }
  }
}

function runOnce<Result>(timeMs: number, run: () => Result): Result {
  stage.run = run;
  try {
    return script.runInContext(room, { timeout: timeMs }) as Result;
  } finally {
    stage.run = null;
  }
}

/** Time of the processor that this process has taken since. */
function millisecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function isOverrun(error: unknown): error is Error {
  if (!types.isNativeError(error)) return false;
  return isTooDeep(error) || (error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

function isTooDeep(error: Error): boolean {
  return error.name === 'RangeError';
}
