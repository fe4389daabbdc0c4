import { setTimeout as delay } from 'node:timers/promises';
import { METRIC_BATCH_MEMORY_DAYS, type MetricBatch } from '../../contract/sync.js';
import { newId } from '../../kernel/ids.js';
import { runInSlices } from '../../kernel/steps.js';
import { errorFields, type Log } from '../log.js';
import { type ControlPlane, UnexpectedAnswer } from '../sync/index.js';
import type { TakeEntry, UsageCounters } from './counters.js';
import type { Spool, SpooledBatch } from './spool.js';
import { Tally } from './tally.js';

/** Batches that are kept at most, each of at most 1 MB; then the oldest goes. */
const MAX_BATCHES = 500;
/** Of these, while the disk cannot be written. */
const MAX_BATCHES_IN_MEMORY = 20;
/** After this the control plane no longer knows a batch again that it has taken. */
const MAX_AGE_MS = METRIC_BATCH_MEMORY_DAYS * 24 * 3_600_000;
const SEND_TIMEOUT_MS = 10_000;
const LAST_SEND_TIMEOUT_MS = 2_000;
const CANNOT_SEND = 'counts could not be sent';
/** Answers that say that a batch will never be taken. */
const REFUSALS = new Set([400, 413, 422]);

/** A batch whose content no longer changes. `json` null: it lies on disk. */
interface ClosedBatch extends SpooledBatch {
  readonly json: string | null;
}

/** A batch that nobody has been sent. */
interface GrowingBatch extends SpooledBatch {
  readonly tally: Tally;
  isSaved: boolean;
}

/**
 * Brings what was counted to disk and from there to the control plane, oldest first, each batch until it is
 * acknowledged. A crash loses what was counted since the last round. A batch is changed no more once it may have
 * been sent; so it may be sent any number of times. While the control plane cannot be reached one batch is tried
 * and the newest one grows.
 */
export class UsageReporter {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private readonly closed: ClosedBatch[] = [];
  private growing: GrowingBatch | null = null;
  private problem = '';

  constructor(
    private readonly counters: UsageCounters,
    private readonly spool: Spool,
    private readonly controlPlane: Pick<ControlPlane, 'sendMetrics' | 'close'>,
    private readonly log: Log,
    private readonly intervalMs: number,
  ) {}

  /** Batches that the control plane has not taken. */
  get waitingBatchCount(): number {
    return this.closed.length + (this.growing ? 1 : 0);
  }

  /** Finds what an earlier run has left and begins. @throws Error when the folder cannot be had. */
  async start(): Promise<void> {
    try {
      for (const batch of await this.spool.list()) this.closed.push({ ...batch, json: null });
    } catch (error) {
      // Counting goes on without the disk.
      this.report('stored counts could not be read', error);
    }
    this.running = this.run();
  }

  /** A last round; what it cannot send stays on disk for the next start. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
    await this.round(AbortSignal.timeout(LAST_SEND_TIMEOUT_MS));
    this.controlPlane.close();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      await delay(this.intervalMs, undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
      if (!signal.aborted) await this.round(AbortSignal.any([signal, AbortSignal.timeout(SEND_TIMEOUT_MS)]));
    }
  }

  private async round(signal: AbortSignal): Promise<void> {
    await this.collect();
    await this.save();
    await this.dropStale();
    try {
      for (let batch = this.oldest(); batch && !signal.aborted; batch = this.oldest()) {
        await this.send(batch, signal);
        this.closed.shift();
        await this.spool.remove(batch);
      }
      this.problem = '';
    } catch (error) {
      // A stop breaks the call off; what comes of the batch then, the last round tells.
      if (!this.isInterrupted(signal)) this.report(CANNOT_SEND, error);
    }
  }

  /** Whether a round was broken off by the stop; the last round has a signal of its own. */
  private isInterrupted(signal: AbortSignal): boolean {
    return signal.aborted && signal.reason === this.stopped.signal.reason;
  }

  /** Takes what was counted into the growing batch, and into further ones when it is full; beside requests. */
  private async collect(): Promise<void> {
    await runInSlices(this.counters.takeSteps(this.add));
  }

  private readonly add: TakeEntry = (kind, entry) => {
    this.growing ??= { batchId: newId(), createdAtMs: Date.now(), tally: new Tally(), isSaved: false };
    this.growing.isSaved = false;
    if (this.growing.tally.add(kind, entry)) return;
    this.closeGrowing();
    this.add(kind, entry);
  };

  /** Writes what is not on disk yet. Never throws: without a disk it is kept, and sent, from memory. */
  private async save(): Promise<void> {
    try {
      for (const [at, batch] of this.closed.entries()) {
        if (batch.json === null) continue;
        await this.spool.write(batch, batch.json);
        this.closed[at] = { ...batch, json: null };
      }
      const { growing } = this;
      if (!growing || growing.isSaved) return;
      await this.spool.write(growing, jsonOf(growing));
      growing.isSaved = true;
    } catch (error) {
      this.report('counts could not be stored', error);
    }
  }

  /** The batch to send next; the growing one grows no more when it is its turn. */
  private oldest(): ClosedBatch | undefined {
    if (this.closed.length === 0) this.closeGrowing();
    return this.closed[0];
  }

  private closeGrowing(): void {
    const { growing } = this;
    if (!growing) return;
    const { batchId, createdAtMs, isSaved } = growing;
    this.closed.push({ batchId, createdAtMs, json: isSaved ? null : jsonOf(growing) });
    this.growing = null;
  }

  /** @throws Error when the batch may have to be sent again. */
  private async send(batch: ClosedBatch, signal: AbortSignal): Promise<void> {
    const json = batch.json ?? (await this.spool.read(batch));
    try {
      await this.controlPlane.sendMetrics(json, signal);
    } catch (error) {
      if (!(error instanceof UnexpectedAnswer) || !REFUSALS.has(error.status)) throw error;
      this.log('error', 'counts were refused and are lost', { batchId: batch.batchId, ...errorFields(error) });
    }
  }

  private async dropStale(): Promise<void> {
    const oldestKeptMs = Date.now() - MAX_AGE_MS;
    for (let [batch] = this.closed; batch; [batch] = this.closed) {
      const inMemory = this.closed.filter(({ json }) => json !== null).length;
      const isKept = batch.createdAtMs >= oldestKeptMs && this.closed.length <= MAX_BATCHES;
      if (isKept && inMemory <= MAX_BATCHES_IN_MEMORY) return;
      this.closed.shift();
      this.log('error', 'counts could not be sent for too long and are lost', { batchId: batch.batchId });
      await this.spool.remove(batch);
    }
  }

  /** Says what is wrong once, not with every try. */
  private report(message: string, error: unknown): void {
    const problem = `${message} ${String(error)}`;
    if (problem !== this.problem) this.log('warn', message, errorFields(error));
    this.problem = problem;
  }
}

function jsonOf({ batchId, tally }: GrowingBatch): string {
  return JSON.stringify({ batchId, ...tally.toCounted() } satisfies MetricBatch);
}
