import type { Clock } from '../clock.js';
import { errorFields, type Log } from '../log.js';
import { CounterStore } from './counter-store.js';
import type { Counters, QuotaUse, RateUse, Verdict } from './counters.js';
import type { LocalCounters } from './local-counters.js';

const PROBE_INTERVAL_MS = 250;
/** How long the start of a gateway waits for the store. */
const START_TIMEOUT_MS = 1000;
const RATE_REFUSES = 1;
const QUOTA_REFUSES = 2;

/**
 * Counts in a store that gateways share. While it is away this gateway counts alone, quotas from what the store last
 * said, and tells the store afterwards. A request that the store did not answer in time may then count twice.
 */
export class SharedCounters implements Counters {
  private readonly store: CounterStore;
  private isAway = true;
  private isClosed = false;
  private recovering: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private onConnected: () => void = () => undefined;

  private constructor(
    url: string,
    private readonly local: LocalCounters,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.store = new CounterStore(
      url,
      () => this.recover(),
      (error) => this.leave(error),
    );
  }

  /** Connects to a store (`redis://…`, `rediss://…`). Without it the counters begin alone. */
  static async open(url: string, local: LocalCounters, clock: Clock, log: Log): Promise<SharedCounters> {
    const counters = new SharedCounters(url, local, clock, log);
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      counters.onConnected = resolve;
      timer = setTimeout(resolve, START_TIMEOUT_MS);
      counters.store.connect();
    });
    clearTimeout(timer);
    if (counters.isAway) counters.leave(new Error('the counter store did not answer'), true);
    return counters;
  }

  get storeState(): 'connected' | 'away' {
    return this.isAway ? 'away' : 'connected';
  }

  take(rate: RateUse | null, quota: QuotaUse | null): Verdict | Promise<Verdict> {
    return this.isAway ? this.local.takeAs(rate, quota, false) : this.ask(rate, quota);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    if (this.timer) clearTimeout(this.timer);
    await this.recovering;
    this.store.close();
    await this.local.close();
  }

  private async ask(rate: RateUse | null, quota: QuotaUse | null): Promise<Verdict> {
    try {
      const [refusal, rateLeft, used] = await this.store.take(rate, quota);
      if (refusal === RATE_REFUSES) return { refused: 'RATE', rateLeft: 0, quotaLeft: 0 };
      if (quota) this.local.quotas.learn(quota.key, quota.period, used);
      if (refusal === QUOTA_REFUSES) return { refused: 'QUOTA', rateLeft, quotaLeft: 0 };
      return { refused: null, rateLeft, quotaLeft: quota ? Math.max(0, quota.limit - used) : 0 };
    } catch (error) {
      this.leave(error);
      return this.local.takeAs(rate, quota, false);
    }
  }

  /** Counts alone from now on, and looks for the store. Said once. */
  private leave(error: unknown, isStart = false): void {
    if (this.isClosed) return;
    if (!this.isAway || isStart) {
      this.log('warn', 'the counter store is away; this gateway counts alone', errorFields(error));
    }
    this.isAway = true;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.recover();
    }, PROBE_INTERVAL_MS);
  }

  private recover(): void {
    if (!this.isAway || this.isClosed || this.recovering) return;
    this.recovering = this.tryToReturn()
      .catch((error: unknown) => this.leave(error))
      .finally(() => (this.recovering = null));
  }

  /** Brings the store up to date and counts in it again. */
  private async tryToReturn(): Promise<void> {
    const { quotas } = this.local;
    const run = await this.store.probe();
    // The end of the run before may have cost the store what it knew.
    if (run !== quotas.storeRun) await this.store.raise(quotas.running(this.clock.nowMs()));
    quotas.storeRun = run;
    await this.tellStore();
    this.isAway = false;
    this.onConnected();
    this.log('info', 'counting in the counter store');
    // What has been counted alone meanwhile.
    await this.tellStore();
  }

  private async tellStore(): Promise<void> {
    const { quotas } = this.local;
    await this.store.add(quotas.untoldEntries(), (entry, added, used) => quotas.told(entry, added, used));
  }
}
