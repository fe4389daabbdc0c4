import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { newId } from '../../kernel/ids.js';
import type { Exchange } from '../exchange.js';
import { defaultFailure } from '../failures/index.js';
import type { GatewaySettings } from '../settings.js';
import { NodeExchange } from './node-exchange.js';

const MAX_HEAD_BYTES = 32 * 1024;
/** How often connections are looked through for those that have run out of time, at most. */
const CHECK_INTERVAL_MS = 1_000;

const NOT_HTTP = 'the request is no valid HTTP';
/** What is wrong with a request that was never whole, by the error code of node:http. */
const DETAILS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'the request was not complete in time',
  HPE_HEADER_OVERFLOW: 'the headers are too large',
};
/** How long a connection is kept for the client to read its last answer. */
const LINGER_MS = 2_000;

/** Takes connections and gives every request on them to a handler. */
export interface Engine {
  readonly port: number;
  /** Takes no more connections, waits up to `timeoutMs` for running requests and then breaks off what is left. */
  close(timeoutMs: number): Promise<void>;
}

/**
 * Starts to listen.
 * @throws Error when the port cannot be had.
 */
export async function startEngine(settings: GatewaySettings, handle: (exchange: Exchange) => void): Promise<Engine> {
  let isClosing = false;
  const server = createServer({
    maxHeaderSize: MAX_HEAD_BYTES,
    headersTimeout: settings.clientHeadersTimeoutMs,
    requestTimeout: settings.clientRequestTimeoutMs,
    keepAliveTimeout: settings.clientIdleTimeoutMs,
    connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, settings.clientHeadersTimeoutMs),
    noDelay: true,
  });
  // Headers beyond the standard limit of their number would be dropped silently; their size is limited anyway.
  server.maxHeadersCount = 0;
  /** Connections that are open, each with its latest request. */
  const connections = new Map<Duplex, NodeExchange | null>();
  server.on('connection', (socket) => {
    connections.set(socket, null);
    socket.once('close', () => connections.delete(socket));
  });
  const take = (expectsContinue: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    if (isAmbiguous(request)) return answerMalformed(request.socket, NOT_HTTP);
    const exchange = new NodeExchange(request, response, { expectsContinue, isLast: () => isClosing });
    connections.set(request.socket, exchange);
    handle(exchange);
  };
  server.on('request', take(false));
  server.on('checkContinue', take(true));
  // An expectation that nobody knows is not one to fail for; node:http would answer it by itself.
  server.on('checkExpectation', take(false));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (canAnswer(socket, connections.get(socket) ?? null))
      answerMalformed(socket, DETAILS[error.code ?? ''] ?? NOT_HTTP);
    else socket.destroy();
  });
  server.on('connect', (_request, socket) => answerMalformed(socket, NOT_HTTP));
  await listen(server, settings);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: (timeoutMs) => {
      isClosing = true;
      const closed = closeServer(server, timeoutMs);
      // node:http does not count a connection as idle that has never carried a request.
      for (const [socket, latest] of connections) if (!latest) socket.destroy();
      return closed;
    },
  };
}

function listen(server: Server, { port, host }: GatewaySettings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
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
    if (rawHeaders[at]?.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1;
}

/** Whether an answer to a broken request can reach the client without mixing into the answer of an earlier one. */
function canAnswer(socket: Duplex, latest: NodeExchange | null): boolean {
  if (!socket.writable) return false;
  return latest === null || latest.isOver || (latest.isReceiving && !latest.isAnswered);
}

/** Answers what is no request and closes the connection: where the next request would begin is unknown. */
function answerMalformed(socket: Duplex, detail: string): void {
  const { head, body } = defaultFailure({ failure: 'RequestInvalid', detail });
  const headers = [
    ...head.headers,
    'X-Request-Id',
    newId(),
    'Content-Length',
    String(body.length),
    'Connection',
    'close',
  ];
  let text = `HTTP/1.1 ${head.status} ${STATUS_CODES[head.status]}\r\n`;
  for (let at = 0; at < headers.length; at += 2) text += `${headers[at]}: ${headers[at + 1]}\r\n`;
  socket.end(`${text}\r\n${body}`);
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}
