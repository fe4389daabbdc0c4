import { createServer, type Server } from 'node:http';
import { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readRequestHead } from '../../../src/gateway/engine/sockets/request-head.js';
import { type BodyDecoder, ChunkDecoder, LengthDecoder } from '../../../src/gateway/http1/body.js';
import { HeadReader } from '../../../src/gateway/http1/head-reader.js';
import { messages } from './messages.js';

const MESSAGES = 30_000;
const SEED = 20261128;

/** A request as somebody has read it. */
interface Reading {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: string;
  /** What stands behind it. */
  readonly rest: string;
}

/** How our own code reads the first request of some bytes that come in pieces; null when it is refused, or not whole. */
function readOurWay(pieces: readonly Buffer[]): Reading | null {
  const reader = new HeadReader(32 * 1024);
  let head: ReturnType<typeof readRequestHead> = null;
  let decoder: BodyDecoder | null = null;
  let [body, rest] = ['', ''];
  for (const piece of pieces) {
    let left = piece;
    if (!head) {
      const whole = reader.take(left);
      if (!whole) continue;
      head = readRequestHead(whole.head);
      if (!head) return null;
      if (head.declaredBytes === null) decoder = new ChunkDecoder();
      else if (head.declaredBytes > 0) decoder = new LengthDecoder(head.declaredBytes);
      left = whole.rest;
    }
    const taken =
      decoder && !decoder.isDone ? decoder.take(left, (content) => (body += content.toString('latin1'))) : 0;
    if (taken < 0) return null;
    rest += left.toString('latin1', taken);
  }
  if (!head || decoder?.isDone === false) return null;
  return { method: head.method, target: head.target, headers: head.headers, body, rest };
}

/** How llhttp, as node:http uses it, reads the first request of the same bytes; null as above. */
async function readByNode(server: Server, bytes: Buffer): Promise<Omit<Reading, 'rest'> | null> {
  const connection = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  let reading: Omit<Reading, 'rest'> | null = null;
  // Requests behind the first, and what is wrong with them, are no matter.
  (connection as Duplex & { onRequest: (one: Omit<Reading, 'rest'>) => void }).onRequest = (one) => (reading ??= one);
  server.emit('connection', connection);
  connection.push(bytes);
  await nextTurn();
  await nextTurn();
  connection.destroy();
  return reading;
}

function nodeServer(): Server {
  const server = createServer({ requireHostHeader: true, keepAliveTimeout: 0 }, (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')));
    request.on('end', () => {
      const { method = '', url = '', rawHeaders } = request;
      const { onRequest } = request.socket as unknown as { onRequest(one: object): void };
      onRequest({ method, target: url, headers: rawHeaders, body });
      response.end();
    });
    request.on('error', () => undefined);
  });
  server.on('clientError', (_error, socket) => void socket.destroy());
  server.on('checkContinue', (request, response) => server.emit('request', request, response));
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  return server;
}

function inPieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...places].map((from, at) => bytes.subarray(from, places[at] ?? bytes.length));
}

it(`reads no message in another way than llhttp does, however its bytes come: ${MESSAGES} of them`, async () => {
  const server = nodeServer();
  const seen = { both: 0, nodeAlone: 0, neither: 0 };
  const cases = fc.tuple(messages, fc.array(fc.nat(500), { maxLength: 6 }));
  for (const [message, cuts] of fc.sample(cases, { numRuns: MESSAGES, seed: SEED })) {
    const bytes = Buffer.from(message, 'latin1');
    const ours = readOurWay([bytes]);
    expect({ message, ...readOurWay(inPieces(bytes, cuts)) }).toEqual({ message, ...ours });
    const theirs = await readByNode(server, bytes);
    if (ours) {
      const { rest: _rest, ...reading } = ours;
      expect({ message, ...theirs }).toEqual({ message, ...reading });
      seen.both += 1;
    } else if (theirs) seen.nodeAlone += 1;
    else seen.neither += 1;
  }
  // What is refused without need is no danger; but a suite that only refuses would find nothing.
  expect(seen.both).toBeGreaterThan(MESSAGES / 4);
  expect(seen.neither).toBeGreaterThan(MESSAGES / 10);
}, 240_000);
