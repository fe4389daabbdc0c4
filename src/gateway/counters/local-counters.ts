import { join } from 'node:path';
import type { Clock } from '../clock.js';
import { errorFields, type Log } from '../log.js';
import { RecordLog } from '../record-log.js';
import type { Counters, QuotaUse, RateUse, Verdict } from './counters.js';
import { QuotaLedger, storedQuotas } from './quota-ledger.js';
import { RateWindows } from './rate-windows.js';

/** How long a count of a quota may be unstored: what a crash loses at most. */
const STORE_INTERVAL_MS = 1000;
const ENTRIES_PER_RECORD = 1000;
/** The file is written anew when it is larger than this and twice what it was after the last time. */
const MIN_REWRITE_BYTES = 1_000_000;

/** Counts in this process. Quotas outlive it: they are in a file of the data directory. */
export class LocalCounters implements Counters {
  readonly quotas = new QuotaLedger();
  private readonly rates = new RateWindows();
  private readonly records: RecordLog;
  private timer: NodeJS.Timeout | null = null;
  private storing: Promise<void> = Promise.resolve();
  private rewrittenBytes = 0;
  private problem = '';

  private constructor(
    dataDir: string,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.records = new RecordLog(join(dataDir, 'gateway', 'quotas.records'));
  }

  /** Opens the counters of a data directory. A damaged file counts as far as it can be read, with a log line. */
  static async open(dataDir: string, clock: Clock, log: Log): Promise<LocalCounters> {
    const counters = new LocalCounters(dataDir, clock, log);
    await counters.restore();
    counters.quotas.onChange = () => counters.schedule();
    return counters;
  }

  get storeState(): 'none' {
    return 'none';
  }

  take(rate: RateUse | null, quota: QuotaUse | null): Verdict {
    return this.takeAs(rate, quota, true);
  }

  /** As {@link take}; `isTold` false notes that a shared store has to be told of the request. */
  takeAs(rate: RateUse | null, quota: QuotaUse | null, isTold: boolean): Verdict {
    const rateLeft = rate ? this.rates.take(rate.key, rate.limit, this.clock.steadyMs()) : 0;
    if (rateLeft < 0) return { refused: 'RATE', rateLeft: 0, quotaLeft: 0 };
    const quotaLeft = quota ? this.quotas.take(quota, isTold) : 0;
    if (quotaLeft < 0) return { refused: 'QUOTA', rateLeft, quotaLeft: 0 };
    return { refused: null, rateLeft, quotaLeft };
  }

  async close(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.quotas.onChange = () => undefined;
    await this.storing;
    await this.store();
    await this.records.close();
  }

  private async restore(): Promise<void> {
    const nowMs = this.clock.nowMs();
    try {
      await this.records.read((record) => this.quotas.restore(storedQuotas.parse(record), nowMs));
      this.rewrittenBytes = this.records.bytes;
    } catch (error) {
      this.log('warn', 'stored quotas were left out from where they are damaged', errorFields(error));
    }
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.storing = this.store();
    }, STORE_INTERVAL_MS).unref();
  }

  /** Stores what has changed. Never rejects: counting goes on without the disk. */
  async store(): Promise<void> {
    const { run, entries } = this.quotas.takeChanged();
    if (entries.length === 0 && this.problem === '') return;
    try {
      if (this.records.bytes > Math.max(MIN_REWRITE_BYTES, 2 * this.rewrittenBytes) || this.problem !== '') {
        await this.records.rewrite(this.quotas.all(this.clock.nowMs(), ENTRIES_PER_RECORD));
        this.rewrittenBytes = this.records.bytes;
      } else {
        const slices = Array.from({ length: Math.ceil(entries.length / ENTRIES_PER_RECORD) }, (_, at) => ({
          run,
          entries: entries.slice(at * ENTRIES_PER_RECORD, (at + 1) * ENTRIES_PER_RECORD),
        }));
        await this.records.append(slices);
      }
      this.problem = '';
    } catch (error) {
      // Said once; with the next counts everything is written anew.
      if (this.problem === '') this.log('error', 'quotas could not be stored', errorFields(error));
      this.problem = String(error);
    }
  }
}
