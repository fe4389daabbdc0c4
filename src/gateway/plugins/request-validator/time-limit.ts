import { types } from 'node:util';
import { createContext, Script } from 'node:vm';

/** What was to be done took too long, or went too deep. */
export class TooComplex extends Error {}

const stage: { run: (() => unknown) | null } = { run: null };
const room = createContext(stage);
const script = new Script('run()');

/**
 * Does synchronous work that may take endlessly, as the patterns and schemas of strangers may; matching of a regular
 * expression is ended as well. Costs about 0.1 ms.
 * @throws TooComplex when it is not done within the time or its calls go too deep.
 */
export function runWithin<Result>(timeMs: number, run: () => Result): Result {
  stage.run = run;
  try {
    return script.runInContext(room, { timeout: timeMs }) as Result;
  } catch (error) {
    if (isOverrun(error)) throw new TooComplex('the work was ended', { cause: error });
    throw error;
  } finally {
    stage.run = null;
  }
}

function isOverrun(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' || error.name === 'RangeError';
}
