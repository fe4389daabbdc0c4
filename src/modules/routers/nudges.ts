import { EventEmitter } from 'node:events';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import pg from 'pg';
import type { Queries } from '../../database/index.js';
import { Settings } from '../../http/index.js';

/** What is told: that gateways have something to fetch, or that deployments have ended. */
const topics = ['configuration', 'settlement'] as const;
/** See {@link topics}. */
export type NudgeTopic = (typeof topics)[number];

const channelOf = (topic: NudgeTopic): string => `gatewright_${topic}`;
const RECONNECT_DELAY_MS = 500;

/**
 * Tells every replica of the control plane, when the transaction commits, that gateways have something to fetch.
 * Nudges may be lost; gateways ask again by themselves.
 */
export async function notifyConfiguration(queries: Queries): Promise<void> {
  await notify(queries, 'configuration');
}

/** Tells every replica, when the transaction commits, that a deployment has ended. */
export async function notifySettlement(queries: Queries): Promise<void> {
  await notify(queries, 'settlement');
}

async function notify(queries: Queries, topic: NudgeTopic): Promise<void> {
  await queries.$queryRaw`SELECT pg_notify(${channelOf(topic)}, '')::text`;
}

/** Listens for nudges on a connection of its own and wakes who waits. */
@Injectable()
export class Nudges implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly log = new Logger(Nudges.name);
  private readonly emitter = new EventEmitter().setMaxListeners(0);
  private client: pg.Client | null = null;
  private closed = false;
  private retry: NodeJS.Timeout | null = null;

  constructor(private readonly settings: Settings) {}

  /** Resolves at the next nudge, or after `timeoutMs`, or when `signal` aborts. Never rejects. */
  next(timeoutMs: number, signal: AbortSignal, topic: NudgeTopic = 'configuration'): Promise<void> {
    const event = channelOf(topic);
    // Not AbortSignal.any over AbortSignal.timeout: Node 20 may collect the two, and then the wait never ends.
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.emitter.off(event, end);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, Math.max(1, timeoutMs));
      this.emitter.once(event, end);
      signal.addEventListener('abort', end);
      if (signal.aborted) end();
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listen();
  }

  /** Whether waits make no sense any more: who waits answers with what there is, so that the process can end. */
  get isClosed(): boolean {
    return this.closed;
  }

  beforeApplicationShutdown(): void {
    this.closed = true;
    this.wakeAll();
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.retry) clearTimeout(this.retry);
    await this.client?.end();
  }

  private wakeAll(): void {
    for (const topic of topics) this.emitter.emit(channelOf(topic));
  }

  private async listen(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.settings.databaseUrl,
      application_name: 'gatewright nudges',
      keepAlive: true,
    });
    client.on('notification', ({ channel }) => this.emitter.emit(channel));
    client.on('error', (error) => this.reconnect(client, error));
    client.on('end', () => this.reconnect(client, null));
    try {
      await client.connect();
      for (const topic of topics) await client.query(`LISTEN ${channelOf(topic)}`);
      this.client = client;
      // Whatever was missed while nobody listened is looked up now.
      this.wakeAll();
    } catch (error) {
      this.reconnect(client, error);
    }
  }

  private reconnect(client: pg.Client, cause: unknown): void {
    client.removeAllListeners('end');
    if (this.closed || this.retry) return;
    this.log.warn(`no connection for nudges; trying again in ${RECONNECT_DELAY_MS} ms`, cause);
    this.retry = setTimeout(() => {
      this.retry = null;
      void this.listen();
    }, RECONNECT_DELAY_MS);
  }
}
