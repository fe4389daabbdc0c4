import { readdir, readFile } from 'node:fs/promises';
import { TICK_US } from './processor.js';

/** Cores' worth of time that others on this machine may take during a run; else it is made again. */
const MAX_OTHERS = 0.1;
/** How often that is done for one run, and in all, so that a program ends on a machine that is never quiet. */
const ATTEMPTS = 4;
let retriesLeft = 12;

/** Processor time of everybody and of ours, in ticks. */
interface Sample {
  readonly atMs: number;
  readonly all: number;
  readonly ours: number;
}

/**
 * Begins to watch what others do on this machine. The answer, asked later, is how many cores' worth of time they took
 * since: everything but this process and what it has started. Null without /proc.
 */
async function watchOthers(): Promise<() => Promise<number | null>> {
  const before = await sample();
  return async () => {
    const after = await sample();
    if (before === null || after === null) return null;
    const ticks = after.all - before.all - (after.ours - before.ours);
    return Math.max(0, (ticks * TICK_US) / ((after.atMs - before.atMs) * 1000));
  };
}

/** Runs until others are quiet meanwhile, some times at most, and gives the quietest run. */
export async function quietest<Result>(
  run: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly others: number | null }> {
  let best: { result: Result; others: number | null } | null = null;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const others = await watchOthers();
    const one = { result: await run(), others: await others() };
    if (best === null || (one.others ?? 0) < (best.others ?? 0)) best = one;
    if ((best.others ?? 0) <= MAX_OTHERS || retriesLeft === 0) break;
    retriesLeft -= 1;
  }
  if (best === null) throw new Error('no run was made');
  return best;
}

async function sample(): Promise<Sample | null> {
  const total = await readFile('/proc/stat', 'utf8').catch(() => null);
  if (total === null) return null;
  const atMs = performance.now();
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (total.split('\n')[0] ?? '')
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return { atMs, all: user + nice + system + irq + softirq, ours: await ticksOfOurs() };
}

/** Of this process and its descendants, those included that have ended and were waited for. */
async function ticksOfOurs(): Promise<number> {
  const parents = new Map<number, number>();
  const ticks = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // A process that has ended meanwhile is counted with its parent.
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null);
    if (stat === null) continue;
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    parents.set(Number(name), Number(fields[1]));
    // User and system time, its own and that of children.
    const times = fields.slice(11, 15).map(Number);
    ticks.set(
      Number(name),
      times.reduce((sum, time) => sum + time, 0),
    );
  }
  let sum = 0;
  for (const [pid, own] of ticks) {
    let at: number | undefined = pid;
    while (at !== undefined && at !== process.pid) at = parents.get(at);
    if (at === process.pid) sum += own;
  }
  return sum;
}
