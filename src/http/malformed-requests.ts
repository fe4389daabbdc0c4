import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../errors/index.js';
import { newId } from '../kernel/ids.js';
import { failure } from './envelope.js';
import { securityHeaders } from './security-headers.js';

/** How long a client that is still sending has to read why it was refused. */
const LINGER_MS = 1000;

/** What a request is refused with that was never whole, by the error code of node:http. */
const KEYS = {
  HPE_HEADER_OVERFLOW: 'HEAD_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
} as const;

/**
 * Answers, in the envelope of the management API, what is no HTTP, has too large a head or does not come in time:
 * no handler sees it. `isSecure` is whether the control plane is reached over TLS.
 */
export class MalformedRequests {
  /** The answer that is being made on a connection. */
  private readonly answering = new WeakMap<Socket, ServerResponse>();
  private readonly refused = new WeakSet<Socket>();

  constructor(private readonly isSecure: boolean) {}

  /** Has the requests of a server watched, and taken in whatever they expect. */
  watch(server: Server): void {
    server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.answering.set(socket, response);
      response.once('close', () => this.answering.delete(socket));
    });
    // An expectation that nobody knows is not one to fail for; node:http would answer it by itself.
    server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  }

  /** Answers a connection's error, as node:http reports it, and closes the connection. */
  refuse(error: NodeJS.ErrnoException, socket: Socket): void {
    if (this.refused.has(socket)) return;
    this.refused.add(socket);
    const isAnswered = this.answering.get(socket)?.headersSent ?? false;
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswered) {
      socket.destroy();
      return;
    }
    socket.end(this.answerTo(error), () => setTimeout(() => socket.destroy(), LINGER_MS).unref());
  }

  private answerTo({ code = '' }: NodeJS.ErrnoException): string {
    const detail = { property: 'request', field: '', message: 'is no valid HTTP' };
    const error = isKnown(code) ? new AppError(KEYS[code]) : new AppError('INVALID_PARAMETER', [detail]);
    const body = JSON.stringify(failure(error));
    const headers = {
      ...securityHeaders('', this.isSecure),
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': String(Buffer.byteLength(body)),
      'Cache-Control': 'no-store',
      'X-Request-Id': newId(),
      Connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return `HTTP/1.1 ${error.httpStatus} ${STATUS_CODES[error.httpStatus]}\r\n${lines.join('')}\r\n${body}`;
  }
}

function isKnown(code: string): code is keyof typeof KEYS {
  return Object.hasOwn(KEYS, code);
}
