import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Exchange } from '../../exchange.js';
import type { Log } from '../../log.js';
import type { GatewaySettings } from '../../settings.js';
import { type Engine, limitConnections, listen, SILENCE_MARGIN_MS } from '../listening.js';
import { ClientSession, type SessionHost } from './client-session.js';

/** How often connections are looked through for those that have run out of time, at most. */
const CHECK_INTERVAL_MS = 1_000;
const BACKLOG = 4_096;

/**
 * Starts to listen, with HTTP/1.1 read and written by ourselves.
 * @throws Error when the port cannot be had.
 */
export async function startSocketEngine(
  settings: GatewaySettings,
  handle: (exchange: Exchange) => void,
  log: Log,
): Promise<Engine> {
  const sessions = new Set<ClientSession>();
  const host = sessionHost(settings, handle);
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const session = new ClientSession(socket, host, performance.now());
    sessions.add(session);
    socket.once('close', () => {
      sessions.delete(session);
      session.closed();
    });
  });
  limitConnections(server, settings.maxConnections, log);
  const checkMs = Math.min(CHECK_INTERVAL_MS, settings.clientHeadersTimeoutMs, settings.clientIdleTimeoutMs);
  const timer = setInterval(() => {
    const nowMs = performance.now();
    for (const session of sessions) session.check(nowMs);
  }, checkMs);
  timer.unref();
  await listen(server, settings, BACKLOG);
  return {
    port: (server.address() as AddressInfo).port,
    connectionCount: () => sessions.size,
    close: async (timeoutMs) => {
      host.isClosing = true;
      await closeServer(server, sessions, timeoutMs);
      clearInterval(timer);
    },
  };
}

function sessionHost(
  settings: GatewaySettings,
  handle: (exchange: Exchange) => void,
): SessionHost & { isClosing: boolean } {
  return {
    limits: {
      headersTimeoutMs: settings.clientHeadersTimeoutMs,
      requestTimeoutMs: settings.clientRequestTimeoutMs,
      idleTimeoutMs: settings.clientIdleTimeoutMs,
      silenceTimeoutMs: settings.upstreamTimeoutMs + SILENCE_MARGIN_MS,
    },
    isClosing: false,
    handle,
  };
}

function closeServer(server: Server, sessions: ReadonlySet<ClientSession>, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      for (const session of sessions) session.destroy();
    }, timeoutMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    for (const session of sessions) session.endWhenIdle();
  });
}
