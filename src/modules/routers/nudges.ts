import { EventEmitter } from 'node:events';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import type { Queries } from '../../database/index.js';
import { Settings } from '../../http/index.js';

const CHANNEL = 'gatewright_configuration';
const RECONNECT_DELAY_MS = 500;

/**
 * Tells every replica of the control plane, when the transaction commits, that gateways have something to fetch.
 * Nudges may be lost; gateways ask again by themselves.
 */
export async function notifyConfiguration(queries: Queries): Promise<void> {
  await queries.$queryRaw`SELECT pg_notify(${CHANNEL}, '')::text`;
}

/** Listens for nudges on a connection of its own and wakes who waits. */
@Injectable()
export class Nudges implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(Nudges.name);
  private readonly emitter = new EventEmitter().setMaxListeners(0);
  private client: pg.Client | null = null;
  private closed = false;
  private retry: NodeJS.Timeout | null = null;

  constructor(private readonly settings: Settings) {}

  /** Resolves at the next nudge, or after `timeoutMs`, or when `signal` aborts. Never rejects. */
  next(timeoutMs: number, signal: AbortSignal): Promise<void> {
    // Not AbortSignal.any over AbortSignal.timeout: Node 20 may collect the two, and then the wait never ends.
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.emitter.off('nudge', end);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, Math.max(1, timeoutMs));
      this.emitter.once('nudge', end);
      signal.addEventListener('abort', end);
      if (signal.aborted) end();
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listen();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    if (this.retry) clearTimeout(this.retry);
    this.emitter.emit('nudge');
    await this.client?.end();
  }

  private async listen(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.settings.databaseUrl,
      application_name: 'gatewright nudges',
      keepAlive: true,
    });
    client.on('notification', () => this.emitter.emit('nudge'));
    client.on('error', (error) => this.reconnect(client, error));
    client.on('end', () => this.reconnect(client, null));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      this.client = client;
      // Whatever was missed while nobody listened is looked up now.
      this.emitter.emit('nudge');
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
