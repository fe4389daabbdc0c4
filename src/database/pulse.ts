import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';

const BEAT_INTERVAL_MS = 1000;
const TICK_MS = 250;
/** Ticks without an answer after which the database hangs. Ticks, not time: a stalled process counts none. */
const PATIENCE_TICKS = 20;

/** Thrown when there was no answer in time. */
class NoAnswer extends Error {}

/**
 * Watches over a connection of its own whether the database answers at all. One that refuses or drops connections
 * tells so by itself, at once; one that hangs says nothing, and everybody who asked it would wait.
 */
@Injectable()
export class DatabasePulse implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(DatabasePulse.name);
  private readonly emitter = new EventEmitter().setMaxListeners(0);
  private readonly stopped = new AbortController();
  private client: pg.Client | null = null;
  private running: Promise<void> = Promise.resolve();
  private hangs = false;

  constructor(private readonly url: string) {}

  /** Whether the database has not answered for some seconds. */
  get isHanging(): boolean {
    return this.hangs;
  }

  /** Calls `listener` whenever the database begins to hang. */
  onHang(listener: () => void): void {
    this.emitter.on('hang', listener);
  }

  onApplicationBootstrap(): void {
    this.running = this.beat();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    this.drop();
    await this.running;
  }

  private async beat(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      try {
        await this.inTime(this.ask());
        this.note(false);
      } catch (error) {
        this.drop();
        if (!signal.aborted) this.note(error instanceof NoAnswer);
      }
      await delay(BEAT_INTERVAL_MS, null, { signal }).catch(() => null);
    }
  }

  private async ask(): Promise<void> {
    if (!this.client) {
      const client = new pg.Client({ connectionString: this.url, application_name: 'gatewright pulse' });
      // What breaks a connection is told by the next question.
      client.on('error', () => undefined);
      this.client = client;
      await client.connect();
    }
    await this.client.query('SELECT 1');
  }

  private async inTime(asking: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<never>((_resolve, reject) => {
      let ticks = 0;
      timer = setInterval(() => {
        ticks += 1;
        if (ticks >= PATIENCE_TICKS) reject(new NoAnswer('the database does not answer'));
      }, TICK_MS);
    });
    // When the patience is over, nobody hears any more how it ended.
    asking.catch(() => undefined);
    try {
      await Promise.race([asking, patience]);
    } finally {
      clearInterval(timer);
    }
  }

  private note(hangs: boolean): void {
    if (hangs === this.hangs) return;
    this.hangs = hangs;
    if (hangs) this.log.error('the database does not answer; calls are refused until it does');
    else this.log.log('the database answers again');
    if (hangs) this.emitter.emit('hang');
  }

  /** Leaves the connection without a farewell, which a hanging server would not take. */
  private drop(): void {
    const client = this.client as unknown as { connection: { stream: { destroy(): void } } } | null;
    client?.connection.stream.destroy();
    this.client = null;
  }
}
