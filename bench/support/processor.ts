import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';

/** The unit of times in /proc: a hundredth of a second. */
export const TICK_US = 10_000;

/** The core of the process that is measured, and the one of everything else. */
export const SUBJECT_CORE = 0;
export const LOAD_CORE = 1;

/** Whether processes can be held on cores here: `taskset` (util-linux) is there, and two cores. */
export const canPin = cpus().length > 1 && spawnSync('taskset', ['--version']).status === 0;

/**
 * Holds a process with all its threads, and what it starts from now on, on these cores. Does nothing where that cannot
 * be done; see {@link canPin}.
 * @throws Error when the system refuses.
 */
export function pin(pid: number, cores: readonly number[]): void {
  if (!canPin) return;
  const { status, stderr } = spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores.join(','), String(pid)]);
  if (status !== 0) throw new Error(`taskset: ${stderr.toString()}`);
}

/** Whether the way in which the system shares cores out can be changed here: `chrt` (util-linux) is there. */
const canSchedule = spawnSync('chrt', ['--version']).status === 0;

/**
 * Lets a process, and all that it has started, run only when its core has nothing else to do. For what would be on
 * another machine: its work is to take nothing from the load and the backend. Call it when all of them run.
 */
export async function yieldToOthers(pid: number): Promise<void> {
  for (const process of [pid, ...(await descendantsOf(pid))]) await yieldThreads(process, () => true);
}

/** Lets this process's threads but the first, which collect garbage, run only when its core has nothing else to do. */
export async function yieldHelperThreads(): Promise<void> {
  await yieldThreads(process.pid, (thread) => thread !== process.pid);
}

/** A low priority alone would not do: whoever has rested for long gets a whole slice of milliseconds when it wakes. */
async function yieldThreads(pid: number, yields: (thread: number) => boolean): Promise<void> {
  if (!canSchedule) return;
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  // A thread that has ended meanwhile takes nothing.
  for (const thread of threads.map(Number).filter(yields)) spawnSync('chrt', ['--idle', '--pid', '0', String(thread)]);
}

async function descendantsOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const pids = children.split(' ').filter(Boolean).map(Number);
  return [...pids, ...(await Promise.all(pids.map(descendantsOf))).flat()];
}

/** Processor time that a process has taken so far, in microseconds; null without /proc. */
export async function cpuUsOf(pid: number): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // User and system time are the 12th and 13th field behind the name, which stands in brackets.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return stat === null ? null : (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/** {@link cpuUsOf} of several processes together. */
export async function cpuUsOfAll(pids: readonly number[]): Promise<number | null> {
  const times = await Promise.all(pids.map(cpuUsOf));
  return times.reduce<number | null>((sum, time) => (sum === null || time === null ? null : sum + time), 0);
}

/** What a process holds in memory, in megabytes; null without /proc. */
export async function residentMegabytesOf(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => null);
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status ?? '')?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) / 1024;
}
