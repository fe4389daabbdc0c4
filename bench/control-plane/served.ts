import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';

/** How fine times are: asking without a pause would take the processor from what is measured. */
const POLL_INTERVAL_MS = 2;

/** Asks one gateway for the route of one stage over a connection that it keeps. */
export class ServedBody {
  private readonly pool: Pool;

  constructor(
    url: string,
    private readonly host: string,
    private readonly path: string,
  ) {
    this.pool = new Pool(url, { connections: 1 });
  }

  /** Resolves when the gateway answers with this text. */
  async becomes(text: string): Promise<void> {
    while ((await this.read()) !== text) await delay(POLL_INTERVAL_MS);
  }

  private async read(): Promise<string> {
    const { path, host } = this;
    const { body } = await this.pool.request({ method: 'GET', path, headers: { host } });
    return body.text();
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }
}

/** Sends `perSecond` requests a second to each gateway, evenly, until it is stopped. Fails on any status but 200. */
export class SteadyLoad {
  private readonly pools: Pool[];
  private readonly timer: NodeJS.Timeout;
  private failure: Error | null = null;
  answered = 0;

  constructor(urls: readonly string[], { host, path, perSecond }: { host: string; path: string; perSecond: number }) {
    this.pools = urls.map((url) => new Pool(url, { connections: 20 }));
    const startedAt = performance.now();
    let sent = 0;
    this.timer = setInterval(() => {
      const due = ((performance.now() - startedAt) / 1000) * perSecond;
      for (; sent < due; sent += 1) for (const pool of this.pools) void this.send(pool, host, path);
    }, POLL_INTERVAL_MS);
  }

  private async send(pool: Pool, host: string, path: string): Promise<void> {
    try {
      const { statusCode, body } = await pool.request({ method: 'GET', path, headers: { host } });
      await body.dump();
      if (statusCode !== 200) throw new Error(`${path} answered ${statusCode} while a stage was deployed`);
      this.answered += 1;
    } catch (error) {
      this.failure ??= error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Ends it. @throws the first failure of a request */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.pools.map((pool) => pool.close()));
    if (this.failure) throw this.failure;
  }
}
