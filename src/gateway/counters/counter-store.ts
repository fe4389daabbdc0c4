import { type ChainableCommander, Redis } from 'ioredis';
import { Patience } from './patience.js';
import type { QuotaUse, RateUse } from './counters.js';
import type { QuotaEntry } from './quota-ledger.js';
import { ADD_SCRIPT, RAISE_SCRIPT, TAKE_SCRIPT } from './store-scripts.js';

/** How long the store may say nothing while it is asked. Then it counts as away. */
const ANSWER_TIMEOUT_MS = 200;
const CONNECT_TIMEOUT_MS = 1000;
const RECONNECT_INTERVAL_MS = 250;
/** A quota is kept for so long after its period, for gateways whose clocks are behind. */
const KEPT_AFTER_PERIOD_MS = 3_600_000;
const BATCH_SIZE = 200;
const NO_LIMIT = -1;
const PREFIX = 'gatewright:';

interface Scripts {
  takeCounts(rate: string, quota: string, ...limits: (number | string)[]): Promise<[number, number, number]>;
  raiseQuota(key: string, ...values: (number | string)[]): Promise<number>;
  addToQuota(key: string, ...values: (number | string)[]): Promise<number>;
}
type ScriptPipeline = ChainableCommander & {
  raiseQuota(key: string, ...values: (number | string)[]): ChainableCommander;
  addToQuota(key: string, ...values: (number | string)[]): ChainableCommander;
};

/** A Valkey or Redis server in which gateways count together. Every call fails soon when the server cannot be had. */
export class CounterStore {
  private readonly redis: Redis & Scripts;
  /** Which run of the server was probed last. */
  private run = '';
  private readonly patience = new Patience(ANSWER_TIMEOUT_MS, 'the counter store does not answer');

  /** `onReady` hears of every new connection, `onLost` of every one that is lost. */
  constructor(url: string, onReady: () => void, onLost: (error: Error) => void) {
    const redis = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      connectTimeout: CONNECT_TIMEOUT_MS,
      retryStrategy: () => RECONNECT_INTERVAL_MS,
      connectionName: 'gatewright',
    });
    redis.defineCommand('takeCounts', { numberOfKeys: 2, lua: TAKE_SCRIPT });
    redis.defineCommand('raiseQuota', { numberOfKeys: 1, lua: RAISE_SCRIPT });
    redis.defineCommand('addToQuota', { numberOfKeys: 1, lua: ADD_SCRIPT });
    let cause = new Error('the connection to the counter store was closed');
    redis.on('error', (error: Error) => (cause = error));
    redis.on('close', () => onLost(cause));
    redis.on('ready', onReady);
    this.redis = redis as Redis & Scripts;
  }

  /** Begins to connect, and to connect again whenever the connection is lost. */
  connect(): void {
    // A failure is heard by the listeners, and tried again.
    this.redis.connect().catch(() => null);
  }

  close(): void {
    this.redis.disconnect();
  }

  /** Counts a request; see {@link TAKE_SCRIPT} for what it gives. */
  take(rate: RateUse | null, quota: QuotaUse | null): Promise<[number, number, number]> {
    const rateKey = rate ? `${PREFIX}rate:{${rate.key}}` : '';
    const key = quota ? quotaKey(quota.key, quota.period.id) : rateKey;
    const keptUntilMs = quota ? quota.period.endsAtMs + KEPT_AFTER_PERIOD_MS : 0;
    const limits = [rate?.limit ?? NO_LIMIT, quota?.limit ?? NO_LIMIT];
    return this.patience.waitFor(this.redis.takeCounts(rate ? rateKey : key, key, ...limits, keptUntilMs, this.run));
  }

  /** Which run of the server this is: another one may have lost what it knew. Writes too, as counting will. */
  async probe(): Promise<string> {
    const key = `${PREFIX}probe`;
    await this.patience.waitFor(this.redis.takeCounts(key, key, 1, NO_LIMIT, 0, ''));
    const information = await this.patience.waitFor(this.redis.info('server'));
    this.run = /^run_id:(\S+)/m.exec(information)?.[1] ?? '';
    return this.run;
  }

  /** Reminds the store of what it has said, should it have forgotten. */
  async raise(entries: Iterable<QuotaEntry>): Promise<void> {
    for (const batch of batches(entries)) {
      const pipeline = this.redis.pipeline() as ScriptPipeline;
      for (const entry of batch) {
        const known = entry.used - entry.untold;
        pipeline.raiseQuota(quotaKey(entry.key, entry.periodId), known, keptUntil(entry), this.run);
      }
      await this.execute(pipeline);
    }
  }

  /** Adds what the store was not told. `onTold` hears of each entry how much was added, and the count then. */
  async add(
    entries: Iterable<QuotaEntry>,
    onTold: (entry: QuotaEntry, added: number, used: number) => void,
  ): Promise<void> {
    for (const batch of batches(entries)) {
      const pipeline = this.redis.pipeline() as ScriptPipeline;
      const added = batch.map(({ untold }) => untold);
      for (const entry of batch) {
        pipeline.addToQuota(quotaKey(entry.key, entry.periodId), entry.untold, keptUntil(entry), this.run);
      }
      const counts = await this.execute(pipeline);
      for (const [at, entry] of batch.entries()) onTold(entry, added[at] ?? 0, Number(counts[at]));
    }
  }

  private async execute(pipeline: ChainableCommander): Promise<unknown[]> {
    const results = (await this.patience.waitFor(pipeline.exec())) ?? [];
    return results.map(([error, result]) => {
      if (error) throw error;
      return result;
    });
  }
}

function quotaKey(key: string, periodId: string): string {
  return `${PREFIX}quota:{${key}}:${periodId}`;
}

function keptUntil({ endsAtMs }: QuotaEntry): number {
  return endsAtMs + KEPT_AFTER_PERIOD_MS;
}

function* batches<Entry>(entries: Iterable<Entry>): Generator<Entry[]> {
  let batch: Entry[] = [];
  for (const entry of entries) {
    batch.push(entry);
    if (batch.length < BATCH_SIZE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
