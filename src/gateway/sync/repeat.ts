import { setTimeout as delay } from 'node:timers/promises';
import { errorFields, type Log } from '../log.js';

const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;

/**
 * Does a round again and again until `signal` aborts; after failures with growing pauses. What is wrong is said once
 * (`problem`), not with every try. Never rejects.
 */
export async function repeat(
  round: (signal: AbortSignal) => Promise<void>,
  { signal, log, problem }: { signal: AbortSignal; log: Log; problem: string },
): Promise<void> {
  let retryMs = FIRST_RETRY_MS;
  let reported = '';
  while (!signal.aborted) {
    try {
      await round(signal);
      retryMs = FIRST_RETRY_MS;
      reported = '';
    } catch (error) {
      if (signal.aborted) return;
      if (String(error) !== reported) log('warn', problem, errorFields(error));
      reported = String(error);
      await pause(retryMs, signal);
      retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
    }
  }
}

async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(durationMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
