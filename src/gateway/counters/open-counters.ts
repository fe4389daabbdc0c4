import { type Clock, systemClock } from '../clock.js';
import type { Log } from '../log.js';
import type { Counters } from './counters.js';
import { LocalCounters } from './local-counters.js';

/** Opens the counters that the settings ask for: in a shared store when there is one, else in this process. */
export async function openCounters(
  settings: { readonly dataDir: string; readonly counterStoreUrl: string | undefined },
  log: Log,
  clock: Clock = systemClock,
): Promise<Counters> {
  const local = await LocalCounters.open(settings.dataDir, clock, log);
  if (settings.counterStoreUrl === undefined) return local;
  // A gateway that counts alone starts without the client of the store.
  const { SharedCounters } = await import('./shared-counters.js');
  return SharedCounters.open(settings.counterStoreUrl, local, clock, log);
}
