import { load } from '../load/load.js';
import type { LoadPlan } from '../load/plan.js';
import { median } from '../summary.js';
import { quietest } from './disturbance.js';
import { cpuUsOfAll } from './processor.js';

/** Below this share of its core, it is not the proxy that bounds the rate, but the load or the backend beside it. */
const BUSY_SHARE = 0.95;

/** A run: the rate, and what it took of the processes that are measured. */
export interface Run {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Processor time per request; null where the system does not tell. */
  readonly cpuUs: number | null;
  /** Share of a core that the processes were busy for, all together. */
  readonly busy: number | null;
  /** Cores' worth of time that others on this machine took; null where the system does not tell. */
  readonly others: number | null;
}

/** Medians of some runs. */
export interface Rate extends Run {
  readonly runs: number;
  /** Lowest and highest rate. */
  readonly perSecondRange: readonly [number, number];
  /** Whether the processes could have done more than the load asked of them or the backend gave. */
  readonly isBoundElsewhere: boolean | null;
}

/**
 * Loads for so many seconds and says what it took of the processes `pids`. While others are at work on this machine it
 * tries again, and takes the quietest run.
 */
export async function measureRun(plan: LoadPlan, pids: readonly number[], seconds: number): Promise<Run> {
  const { result, others } = await quietest(() => loadTogether([plan], pids, seconds));
  return { ...result, others };
}

/** Several loads at once for so many seconds, and what they took of the processes `pids` together. */
export async function loadTogether(
  plans: readonly LoadPlan[],
  pids: readonly number[],
  seconds: number,
): Promise<Omit<Run, 'others'>> {
  const before = await cpuUsOfAll(pids);
  const results = await Promise.all(plans.map((plan) => load(plan, seconds)));
  const after = await cpuUsOfAll(pids);
  const cpuUs = before === null || after === null ? null : after - before;
  const answered = results.reduce((sum, each) => sum + each.answered, 0);
  return {
    perSecond: results.reduce((sum, each) => sum + each.perSecond, 0),
    p99Ms: Math.max(...results.map((each) => each.p99Ms)),
    cpuUs: cpuUs && cpuUs / answered,
    busy: cpuUs && cpuUs / (seconds * 1e6),
  };
}

/** The medians of runs, all processes together having so many cores. */
export function rateOf(runs: readonly Run[], cores = 1): Rate {
  const known = (values: readonly (number | null)[]): number | null => {
    const numbers = values.filter((value) => value !== null);
    return numbers.length === 0 ? null : median(numbers);
  };
  const rates = runs.map(({ perSecond }) => perSecond);
  const busy = known(runs.map((run) => run.busy));
  const cpuUs = known(runs.map((run) => run.cpuUs));
  const others = known(runs.map((run) => run.others));
  return {
    runs: runs.length,
    perSecond: Math.round(median(rates)),
    perSecondRange: [Math.round(Math.min(...rates)), Math.round(Math.max(...rates))],
    p99Ms: round(median(runs.map(({ p99Ms }) => p99Ms))),
    cpuUs: cpuUs && round(cpuUs),
    busy: busy && round(busy),
    others: others && round(others),
    isBoundElsewhere: busy === null ? null : busy < BUSY_SHARE * cores,
  };
}

/** To a hundredth. */
export function round(value: number): number {
  return Number(value.toFixed(2));
}
