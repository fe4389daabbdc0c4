import { Pool } from 'undici';
import { cpuUsOf, type Server } from './servers.js';

/** A request of a load. */
export interface LoadRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a load has come to. */
export interface Load {
  readonly perSecond: number;
  /** Processor time of the server per request, in microseconds; null where the system does not tell. */
  readonly cpuUs: number | null;
  readonly p99Ms: number;
}

const ERROR_LENGTH = 300;

/** Sends requests over so many connections for `durationMs`, each the next one of `next`. Fails on any status but 200. */
export async function load(
  server: Server,
  next: () => LoadRequest,
  { connections, durationMs }: { connections: number; durationMs: number },
): Promise<Load> {
  const pool = new Pool(server.url, { connections });
  const latencies: number[] = [];
  const cpuBefore = await cpuUsOf(server.pid);
  const startedAt = performance.now();
  const client = async (): Promise<void> => {
    for (let at = performance.now(); at - startedAt < durationMs;) {
      await send(pool, next());
      const now = performance.now();
      latencies.push(now - at);
      at = now;
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuAfter = await cpuUsOf(server.pid);
  await pool.destroy();
  const cpuUs = cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / latencies.length;
  const sorted = latencies.toSorted((a, b) => a - b);
  return {
    perSecond: latencies.length / seconds,
    cpuUs,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
  };
}

/** As cheap as the library can: the client shares its core with the database. */
function send(pool: Pool, { method, path, body, headers = {} }: LoadRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let shown = '';
    pool.dispatch(
      {
        method,
        path,
        body: body ?? null,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, statusCode) => {
          status = statusCode;
        },
        onResponseData: (_controller, chunk) => {
          if (status !== 200) shown += chunk.toString('utf8').slice(0, ERROR_LENGTH);
        },
        onResponseEnd: () =>
          status === 200 ? resolve() : reject(new Error(`${method} ${path} answered ${status}: ${shown}`)),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}
