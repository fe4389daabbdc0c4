/**
 * A load on sockets, run as a process of its own: as fast as the answers come, or at a fixed rate whatever the answers
 * do. At a rate, a request's latency counts from the moment at which it was due: what waits behind a slow answer is not
 * left out. Takes a job by message, answers with the outcome, and ends.
 */
import { LoadConnection } from './connection.js';
import type { LoadJob, LoadOutcome } from './job.js';

/** How long the last answers may take. */
const LAST_ANSWERS_MS = 5_000;
const TICK_MS = 1;

class Load {
  private readonly texts: Buffer[];
  private readonly idle: LoadConnection[] = [];
  /** When the requests are due that found no connection. */
  private readonly waiting: number[] = [];
  private waitingAt = 0;
  private issued = 0;
  private sent = 0;
  private running = 0;
  private startedAt = 0;
  private readonly sentAtMs: number[] = [];
  private readonly latencyMs: number[] = [];
  private readonly failures: Record<string, number> = {};
  private readonly connections: LoadConnection[];
  private readonly finished: Promise<void>;
  private finish: () => void = () => undefined;

  constructor(private readonly job: LoadJob) {
    this.texts = job.requests.map((text) => Buffer.from(text, 'latin1'));
    this.finished = new Promise((resolve) => (this.finish = resolve));
    this.startedAt = performance.now();
    const events = {
      answered: (connection: LoadConnection) => this.answered(connection),
      failed: (_connection: LoadConnection, why: string) => this.failed(why),
      opened: (connection: LoadConnection) => this.free(connection, performance.now()),
    };
    this.connections = Array.from({ length: job.connections }, () => new LoadConnection(job.port, events));
  }

  async run(): Promise<LoadOutcome> {
    const ticker = setInterval(() => this.tick(), TICK_MS);
    await this.finished;
    clearInterval(ticker);
    for (const connection of this.connections) connection.end();
    const unanswered = this.running + this.waiting.length - this.waitingAt;
    if (unanswered > 0) this.failures['unanswered'] = unanswered;
    return {
      startedAtMs: performance.timeOrigin + this.startedAt,
      sentAtMs: Float64Array.from(this.sentAtMs),
      latencyMs: Float64Array.from(this.latencyMs),
      failures: this.failures,
    };
  }

  private tick(): void {
    const now = performance.now();
    this.issueDue(now);
    const elapsedMs = now - this.startedAt;
    if (elapsedMs < this.job.durationMs) return;
    const isQuiet = this.running === 0 && this.waitingAt === this.waiting.length;
    if (isQuiet || elapsedMs > this.job.durationMs + LAST_ANSWERS_MS) this.finish();
  }

  /** At a rate: sends what is due, or lets it wait for a connection. */
  private issueDue(now: number): void {
    const { ratePerSecond, durationMs } = this.job;
    if (ratePerSecond === null) return;
    const stepMs = 1000 / ratePerSecond;
    const end = Math.min(now, this.startedAt + durationMs);
    for (let dueAt = this.startedAt + this.issued * stepMs; dueAt < end; dueAt += stepMs) {
      this.issued += 1;
      const connection = this.idle.pop();
      if (connection) this.send(connection, dueAt);
      else this.waiting.push(dueAt);
    }
  }

  private send(connection: LoadConnection, dueAt: number): void {
    this.running += 1;
    this.sent += 1;
    const text = this.texts[this.sent % this.texts.length];
    if (text) connection.send(text, dueAt);
  }

  private answered(connection: LoadConnection): void {
    const now = performance.now();
    const dueAt = connection.dueAt ?? now;
    connection.dueAt = null;
    this.running -= 1;
    this.sentAtMs.push(dueAt - this.startedAt);
    this.latencyMs.push(now - dueAt);
    this.free(connection, now);
    this.issueDue(now);
  }

  private failed(why: string): void {
    this.running -= 1;
    this.failures[why] = (this.failures[why] ?? 0) + 1;
  }

  /** What a connection does that can send: the request that has waited longest, the next one, or nothing. */
  private free(connection: LoadConnection, now: number): void {
    const { ratePerSecond, durationMs } = this.job;
    const waitedSince = this.waiting[this.waitingAt];
    if (waitedSince !== undefined) {
      this.waitingAt += 1;
      this.send(connection, waitedSince);
    } else if (ratePerSecond !== null) this.idle.push(connection);
    else if (now - this.startedAt < durationMs) this.send(connection, now);
  }
}

process.once('message', (job: LoadJob) => {
  void new Load(job).run().then((outcome) => process.send?.(outcome, () => process.disconnect()));
});
