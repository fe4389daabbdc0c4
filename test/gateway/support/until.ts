import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 10;
const LIMIT_MS = 15_000;

/** Waits until a probe gives something other than null, undefined or false. @throws Error after 15 seconds. */
export async function until<Value>(probe: () => Value | Promise<Value>): Promise<NonNullable<Exclude<Value, false>>> {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const value = await probe();
    if (value !== null && value !== undefined && value !== false) return value as NonNullable<Exclude<Value, false>>;
    if (Date.now() > deadline) throw new Error('the awaited condition did not come about');
    await delay(POLL_MS);
  }
}
