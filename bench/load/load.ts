import { loadBySockets } from './job.js';
import type { LoadPlan, LoadResult } from './plan.js';
import { loadByWrk, wrkVersion } from './wrk.js';

/** What makes the load here. */
export const loader = wrkVersion ?? 'bench/load/socket-load.ts (wrk is missing; Debian has it as wrk)';

/**
 * As many requests as are answered, for so many seconds.
 * @throws Error when one failed.
 */
export const load: (plan: LoadPlan, seconds: number) => Promise<LoadResult> =
  wrkVersion === null ? loadBySockets : loadByWrk;
