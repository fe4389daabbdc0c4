import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Exchange } from '../exchange.js';
import { isNamed } from '../headers.js';
import type { Log } from '../log.js';
import type { GatewaySettings } from '../settings.js';
import { ClientConnection } from './client-connection.js';
import { type Engine, limitConnections, listen, SILENCE_MARGIN_MS } from './listening.js';
import { HEAD_TOO_LARGE, NOT_HTTP, TOO_SLOW } from './malformed.js';
import { NodeExchange } from './node-exchange.js';

const MAX_HEAD_BYTES = 32 * 1024;
/** How often connections are looked through for those that have run out of time, at most. */
const CHECK_INTERVAL_MS = 1_000;

/** What is wrong with a request that was never whole, by the error code of node:http. */
const DETAILS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: TOO_SLOW,
  HPE_HEADER_OVERFLOW: HEAD_TOO_LARGE,
};

/**
 * Starts to listen.
 * @throws Error when the port cannot be had.
 */
export async function startNodeEngine(
  settings: GatewaySettings,
  handle: (exchange: Exchange) => void,
  log: Log,
): Promise<Engine> {
  let isClosing = false;
  const server = createServer({
    maxHeaderSize: MAX_HEAD_BYTES,
    headersTimeout: settings.clientHeadersTimeoutMs,
    requestTimeout: settings.clientRequestTimeoutMs,
    keepAliveTimeout: settings.clientIdleTimeoutMs,
    connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, settings.clientHeadersTimeoutMs),
    noDelay: true,
  });
  limitConnections(server, settings.maxConnections, log);
  allowHalfOpen(server);
  // Headers beyond the standard limit of their number would be dropped silently; their size is limited anyway.
  server.maxHeadersCount = 0;
  // Ends connections on which nothing moves, as of a client that does not read its answers.
  server.setTimeout(settings.upstreamTimeoutMs + SILENCE_MARGIN_MS);
  const connections = takeConnections(server, () => isClosing, handle);
  await listen(server, settings);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    connectionCount: () => connections.size,
    close: (timeoutMs) => {
      isClosing = true;
      const closed = closeServer(server, timeoutMs);
      // node:http does not count a connection as idle that has never carried a request.
      for (const [socket, connection] of connections) if (connection.isUnused) socket.destroy();
      return closed;
    },
  };
}

/** Lets a client that ends its side of the connection behind its request read the answer; see inputEnded. */
function allowHalfOpen(server: Server): void {
  // A switch of node:http that its types leave out.
  (server as Server & { httpAllowHalfOpen: boolean }).httpAllowHalfOpen = true;
}

/** Gives every request on every connection to the handler. Gives the open connections. */
function takeConnections(
  server: Server,
  isLast: () => boolean,
  handle: (exchange: Exchange) => void,
): ReadonlyMap<Duplex, ClientConnection> {
  const connections = new Map<Duplex, ClientConnection>();
  server.on('connection', (socket) => {
    const connection = new ClientConnection(socket, handle);
    connections.set(socket, connection);
    socket.once('end', () => connection.inputEnded());
    socket.once('close', () => connections.delete(socket));
  });
  const take = (expectsContinue: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(request.socket);
    // What follows on a connection that has been refused is parsed all the same; it is no request to serve.
    if (!connection || connection.isRefused) return;
    if (isAmbiguous(request)) connection.refuse(NOT_HTTP);
    else connection.take(new NodeExchange(request, response, { expectsContinue, isLast }));
  };
  server.on('request', take(false));
  server.on('checkContinue', take(true));
  // An expectation that nobody knows is not one to fail for; node:http would answer it by itself.
  server.on('checkExpectation', take(false));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const connection = connections.get(socket);
    if (connection) connection.refuse(DETAILS[error.code ?? ''] ?? NOT_HTTP);
    else socket.destroy();
  });
  server.on('connect', (_request, socket) => {
    // node:http lets go of the socket here; an error that nobody hears would end the process.
    socket.on('error', () => socket.destroy());
    connections.get(socket)?.refuse(NOT_HTTP);
  });
  return connections;
}

function closeServer(server: Server, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), timeoutMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** What parsers further on could read in another way: two hosts, or a body in a coding besides chunks. */
function isAmbiguous({ rawHeaders, headers }: IncomingMessage): boolean {
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return true;
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (isNamed(rawHeaders[at] ?? '', 'host')) hosts += 1;
  }
  return hosts > 1;
}
