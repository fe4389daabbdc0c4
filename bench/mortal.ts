/** Backends of engine-endurance: each does what the path of a request asks for, well or badly. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const PIECE_BYTES = 8 * 1024;

/** What a backend does that does its part. */
export const GOOD_DEEDS = [
  'length',
  'length',
  'chunks',
  'chunks',
  'last',
  'rest',
  'interim',
  'empty',
  'same',
  'early',
  'slow',
];
/** What it does instead when it dies. */
export const BAD_DEEDS = [
  'resetAtOnce',
  'endAtOnce',
  'halfHead',
  'halfBody',
  'halfChunk',
  'resetInBody',
  'garbage',
  'resetLater',
  'endLater',
  'extra',
  'stall',
  'stallInBody',
];

/** The body of an answer: so many bytes that only one request has. */
export function bodyOf(id: string, bytes: number): string {
  return `${id};`.repeat(Math.ceil(bytes / (id.length + 1))).slice(0, bytes);
}

/** What an answer says of the body that it has got; both sides make it of the same bytes. */
export function digestOf(body: string): string {
  let sum = 0;
  for (let at = 0; at < body.length; at += 1) sum = (sum * 31 + body.charCodeAt(at)) | 0;
  return `${body.length}.${sum}`;
}

export interface MortalBackend {
  readonly port: number;
  connections(): number;
  close(): void;
}

/** Starts one on 127.0.0.1. Paths are `/<id>/<deed>/<bytes>`. */
export async function startMortalBackend(): Promise<MortalBackend> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (request, response) => void serve(request, response));
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => sockets.size,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, id = '', deed = '', size = '0'] = (request.url ?? '').split('/');
  const bytes = Number(size);
  request.on('error', () => request.destroy());
  response.on('error', () => response.destroy());
  if (deed === 'early') return answer(request, response, { id, deed, bytes, got: 'unread' });
  // Whoever dies may do so before it has read the request.
  if (deed === 'resetAtOnce') return void request.socket.resetAndDestroy();
  if (deed === 'endAtOnce') return void request.socket.destroy();
  if (deed === 'stall') return void request.resume();
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')));
  request.once('end', () => void answer(request, response, { id, deed, bytes, got: digestOf(body) }));
}

/** Whose end is the end of a body. Ended before, by a deed of the request before, nobody could see that it is not whole. */
const endsOfBodies = new WeakSet<Socket>();

interface Order {
  readonly id: string;
  readonly deed: string;
  readonly bytes: number;
  readonly got: string;
}

async function answer(request: IncomingMessage, response: ServerResponse, order: Order): Promise<void> {
  const { id, deed, bytes, got } = order;
  const body = bodyOf(id, bytes);
  const headers = { 'X-Id': id, 'X-Got': got };
  const length = { ...headers, 'Content-Length': bytes };
  const { socket } = request;
  switch (deed) {
    case 'chunks':
      if (request.method === 'HEAD') return void response.writeHead(200, headers).end();
      response.writeHead(200, { ...headers, Trailer: 'X-End' });
      for (let at = 0; at < bytes; at += PIECE_BYTES) response.write(body.slice(at, at + PIECE_BYTES));
      response.addTrailers({ 'X-End': id });
      return void response.end();
    case 'last':
      return void response.writeHead(200, { ...length, Connection: 'close' }).end(body);
    case 'rest':
      endsOfBodies.add(socket);
      return void socket.end(
        `HTTP/1.0 200 OK\r\nX-Id: ${id}\r\nX-Got: ${got}\r\n\r\n${request.method === 'HEAD' ? '' : body}`,
      );
    case 'interim':
      response.writeProcessing();
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      return void response.writeHead(200, length).end(body);
    case 'empty':
      return void response.writeHead(204, headers).end();
    case 'same':
      return void response.writeHead(304, headers).end();
    case 'slow':
      response.writeHead(200, length);
      for (let part = 0; part < 4; part += 1) {
        response.write(body.slice(Math.floor((bytes * part) / 4), Math.floor((bytes * (part + 1)) / 4)));
        await delay(2);
      }
      return void response.end();
    case 'halfHead':
      return void socket.end(`HTTP/1.1 200 OK\r\nX-Id: ${id}\r\nX-G`);
    case 'halfBody':
      return void socket.end(`HTTP/1.1 200 OK\r\nX-Id: ${id}\r\nX-Got: ${got}\r\nContent-Length: 900\r\n\r\nabc`);
    case 'resetInBody':
      socket.write(`HTTP/1.1 200 OK\r\nX-Id: ${id}\r\nX-Got: ${got}\r\nContent-Length: 900\r\n\r\nabc`);
      return void socket.resetAndDestroy();
    case 'halfChunk':
      return void socket.end(
        `HTTP/1.1 200 OK\r\nX-Id: ${id}\r\nX-Got: ${got}\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc`,
      );
    case 'garbage':
      return void socket.end(`SSH-2.0 ${id}\r\n\r\n`);
    case 'extra':
      return void socket.write(
        `HTTP/1.1 200 OK\r\nX-Id: ${id}\r\nX-Got: ${got}\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nextra`,
      );
    case 'stallInBody':
      return void response.writeHead(200, { ...headers, 'Content-Length': bytes + 1 }).write(body);
    case 'resetLater':
    case 'endLater':
      response.writeHead(200, length).end(body);
      await delay(id.length % 2 === 0 ? 0 : 3);
      if (deed === 'resetLater') return void socket.resetAndDestroy();
      return void (endsOfBodies.has(socket) || socket.destroy());
    default:
      return void response.writeHead(200, length).end(body);
  }
}
