import type { Server } from 'node:net';
import type { Log } from '../log.js';
import { MAX_BODY_BYTES } from '../limits.js';
import type { GatewaySettings } from '../settings.js';

/** How often it is said that connections were turned away, at most. */
const DROP_REPORT_MS = 60_000;
/** How much longer than a backend may be silent a connection may: the backend's time is up first. */
export const SILENCE_MARGIN_MS = 1_000;
/** How long, when nothing leaves, and how much is still read from a client whose connection is going to be closed. */
export const LINGER_MS = 2_000;
export const LINGER_BYTES = 4 * MAX_BODY_BYTES;
/** How long a client that has said that it sends no more is waited for with nothing to send. */
export const HALF_OPEN_MS = 5_000;

/** Takes connections and gives every request on them to a handler. */
export interface Engine {
  readonly port: number;
  /** Open connections of clients. */
  connectionCount(): number;
  /** Takes no more connections, waits up to `timeoutMs` for running requests and then breaks off what is left. */
  close(timeoutMs: number): Promise<void>;
}

/** Turns connections away beyond a number, and says so now and then. */
export function limitConnections(server: Server, maxConnections: number, log: Log): void {
  server.maxConnections = maxConnections;
  let dropped = 0;
  let reportedMs = -DROP_REPORT_MS;
  server.on('drop', () => {
    dropped += 1;
    if (performance.now() - reportedMs < DROP_REPORT_MS) return;
    reportedMs = performance.now();
    log('warn', 'connections were turned away', { maxConnections, dropped });
    dropped = 0;
  });
}

/** Resolves when the server listens. @throws Error when the port cannot be had. */
export function listen(server: Server, { port, host }: GatewaySettings, backlog?: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
