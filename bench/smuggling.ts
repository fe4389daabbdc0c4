/**
 * Whether what arrives behind a gateway is what its engine has read, and what a client gets is what a backend has sent:
 * the end-to-end part of engine-agreement. Each lane has one connection at a time, from an address of its own, by
 * which the backend tells whose request it has got.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createRawServer, type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { readTarget } from '../src/gateway/request-context.js';
import { httpRoute, mockRoute, pathOf } from '../test/gateway/support/snapshots.js';
import type { Sent, SentResponse } from '../test/gateway/http1/agreement.js';
import { llhttpAnswers } from '../test/gateway/http1/llhttp-reading.js';
import { sentRequests } from '../test/gateway/http1/messages.js';
import { ourRequests, ourResponses } from '../test/gateway/http1/our-reading.js';
import { inPieces, type ReadMessage } from '../test/gateway/http1/reading.js';
import { sentResponses } from '../test/gateway/http1/responses.js';
import { hasNginx, startNginx } from './nginx.js';
import { startOwnGateway } from './gateway.js';

const LANES = 24;
const HOSTS = ['h', 'api.example.com', 'www.example.com', 'localhost', 'gw'];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'] as const;
const ANSWER_LIMIT_MS = 15_000;

/** A request as the backend has got it. */
interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

/** What has come of the messages of one part. */
type Counts = Record<string, number>;

const addressOf = (lane: number): string => `127.0.0.${lane + 2}`;
const laneOf = (address: string): number => Number(address.slice('127.0.0.'.length)) - 2;

/** Sends bytes in pieces, ends its side of the connection and gives all that comes back until it is closed. */
async function exchange(port: number, lane: number, pieces: readonly Buffer[]): Promise<Buffer> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    localAddress: addressOf(lane),
    allowHalfOpen: true,
    noDelay: true,
  });
  const chunks: Buffer[] = [];
  let isOver = false;
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isOver = true;
      resolve();
    });
  });
  socket.setTimeout(ANSWER_LIMIT_MS, () => socket.destroy(new Error('no answer')));
  let isStalled = false;
  socket.once('timeout', () => (isStalled = true));
  await once(socket, 'connect');
  for (const piece of pieces) {
    if (isOver) break;
    socket.write(piece);
    await turn();
  }
  socket.end();
  await closed;
  if (isStalled) throw new Error('neither an answer nor the end of the connection');
  return Buffer.concat(chunks);
}

/** Has all lanes work off samples of messages. */
async function inLanes<Message>(
  messages: fc.Arbitrary<Message>,
  count: number,
  seed: number,
  work: (message: Message, lane: number) => Promise<void>,
): Promise<void> {
  const samples = fc.sample(messages, { numRuns: count, seed });
  let next = 0;
  const lane = async (at: number): Promise<void> => {
    for (let sample = samples[next++]; sample !== undefined; sample = samples[next++]) {
      try {
        await work(sample, at);
      } catch (error) {
        throw new Error(`${(error as Error).message}: ${JSON.stringify(sample)}`, { cause: error });
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_none, at) => lane(at)));
}

/** Keeps what each lane's requests have become, and answers them with what it has seen. */
class Recorder {
  readonly arrived = new Map<number, Arrived[]>();
  readonly server = createServer((request, response) => void this.record(request, response));

  take(lane: number): Arrived[] {
    const all = this.arrived.get(lane) ?? [];
    this.arrived.set(lane, []);
    return all;
  }

  private async record(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request).catch(() => null);
    // What is broken off has not arrived.
    if (body === null) return;
    const { method = '', url = '' } = request;
    const lane = laneOf(String(request.headers['x-forwarded-for']));
    this.arrived.set(lane, [...(this.arrived.get(lane) ?? []), { method, url, body: body.toString('latin1') }]);
    response.setHeader('X-Lane', lane);
    response.end(`${method} ${url} ${body.length}`);
  }
}

/** @throws Error when what has arrived, or been answered, is not what the engine has read. */
function checkRequests(sent: Sent, arrived: readonly Arrived[], answer: Buffer, counts: Counts): void {
  const ours = ourRequests(inPieces(sent.text, []));
  const methods = ours.messages.map(({ line }) => line.slice(0, line.indexOf(' ')));
  const answers = llhttpAnswers(answer, methods).messages;
  if (answers.some(({ isWhole }) => !isWhole)) throw new Error('an answer is not whole');
  // The gateway has answers of its own too, that of its health among them.
  const served = answers.flatMap(({ headers }, at) => (headers.includes('X-Lane') ? [at] : []));
  if (served.length !== arrived.length) throw new Error(`${arrived.length} arrived, ${served.length} were answered`);
  for (const [order, at] of served.entries()) {
    const message = ours.messages[at];
    const one = arrived[order];
    if (!message?.isWhole || !one || !isSameRequest(message, one))
      throw new Error(`arrived as ${JSON.stringify(one)}, read as ${JSON.stringify(message)}`);
    const echo = one.method === 'HEAD' ? '' : `${one.method} ${one.url} ${one.body.length}`;
    if (answers[at]?.body !== echo) throw new Error(`answered with ${answers[at]?.body} in place of ${echo}`);
  }
  const last = ours.messages.at(-1)?.isWhole === false ? 1 : 0;
  if (answers.length > ours.messages.length + 1 - last) throw new Error(`${answers.length} answers`);
  add(counts, 'messages');
  add(counts, 'requests read by the engine', ours.messages.filter(({ isWhole }) => isWhole).length);
  add(counts, 'requests arrived', arrived.length);
  for (const { line } of answers) add(counts, `answers ${line}`);
}

function isSameRequest(message: ReadMessage, { method, url, body }: Arrived): boolean {
  const target = readTarget({ target: message.line.slice(message.line.indexOf(' ') + 1), headers: message.headers });
  if (!target || !message.line.startsWith(`${method} `) || body !== message.body) return false;
  // Paths are written anew, escapes and all; queries that are repeated are joined.
  const [path = ''] = url.split('?');
  return decodeURIComponent(path) === decodeURIComponent(target.path);
}

/** The answers to a request and to one behind it that the gateway answers itself. @throws Error when they are mixed. */
function checkAnswers({ text, method }: SentResponse, isEnded: boolean, answer: Buffer, counts: Counts): void {
  const ours = ourResponses(inPieces(text, []), method, isEnded);
  const [first, second, ...others] = llhttpAnswers(answer, [method, 'GET']).messages;
  if (others.length > 0) throw new Error('more answers than requests');
  if (second && (second.line !== '200' || second.body !== 'mocked')) throw new Error(`behind it: ${second.line}`);
  const sent = ours.messages.at(-1);
  const isGood = sent?.isWhole === true && Number(sent.line) >= 200;
  add(counts, 'messages');
  add(
    counts,
    first ? `answers ${isGood ? 'given on' : `${first.line}, ${first.isWhole ? 'whole' : 'broken off'}`}` : 'no answer',
  );
  if (isGood && (first?.line !== sent.line || first.body !== sent.body || !first.isWhole || !second))
    throw new Error(`sent ${JSON.stringify(sent)}, got ${JSON.stringify(first)}`);
  const isBrokenOff = first !== undefined && !first.isWhole && !second;
  // An answer without an announced end cannot tell an HTTP/1.0 client more; here all are 1.1.
  if (!isGood && first && first.line !== '502' && !isBrokenOff) throw new Error(`got ${JSON.stringify(first)}`);
}

function add(counts: Counts, what: string, by = 1): void {
  counts[what] = (counts[what] ?? 0) + by;
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A backend that sends what the lane whose request it gets has set. */
function scriptedBackend(scripts: ReadonlyMap<number, { text: string; cuts: readonly number[]; isEnded: boolean }>) {
  const sockets = new Set<Socket>();
  const server = createRawServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (head: Buffer) => void send(socket, head.toString('latin1')));
  });
  const send = async (socket: Socket, head: string): Promise<void> => {
    const address = /^x-forwarded-for: (\S+)/im.exec(head)?.[1] ?? '';
    const script = scripts.get(laneOf(address));
    if (!script) throw new Error(`no lane for ${head}`);
    for (const piece of inPieces(script.text, script.cuts)) {
      if (socket.destroyed) return;
      socket.write(piece);
      await turn();
    }
    if (script.isEnded) socket.end();
  };
  return { server, end: () => sockets.forEach((socket) => socket.destroy()) };
}

/** @throws Error with the first message that is read in two ways. */
export async function checkEndToEnd(messages: number, seed: number): Promise<Record<string, Counts>> {
  const recorder = new Recorder();
  const recorderPort = await listening(recorder.server);
  const scripts = new Map<number, { text: string; cuts: readonly number[]; isEnded: boolean }>();
  const scripted = scriptedBackend(scripts);
  const scriptedPort = await listening(scripted.server);
  const nginx = hasNginx ? await startNginx(recorderPort) : null;
  if (!nginx) console.warn('nginx is not installed: its part is left out');
  const gateway = await startOwnGateway({ UPSTREAM_BREAKER_FAILURES: '1000' });
  const routesTo = (port: number) =>
    ['/', '/{x+}'].map((path) =>
      pathOf(
        path,
        METHODS.map((method) => httpRoute(method, `http://127.0.0.1:${port}`, path.replace('{', '${request.path.'))),
      ),
    );
  const requestsTo = async (port: number, offset: number): Promise<Counts> => {
    const counts: Counts = {};
    await gateway.deploy(HOSTS, routesTo(port));
    await inLanes(sentRequests, messages, seed + offset, async (sent, lane) => {
      const answer = await exchange(gateway.port, lane, inPieces(sent.text, sent.cuts));
      checkRequests(sent, recorder.take(lane), answer, counts);
    });
    return counts;
  };
  try {
    const results: Record<string, Counts> = { 'requests to node:http': await requestsTo(recorderPort, 1) };
    if (nginx) results['requests through nginx'] = await requestsTo(nginx.port, 2);
    const counts: Counts = {};
    await gateway.deploy(HOSTS, [...routesTo(scriptedPort), pathOf('/mock', [mockRoute('GET', 'mocked')])]);
    await inLanes(sentResponses, messages, seed + 3, async (sent, lane) => {
      const { messages: read, end, leftBytes } = ourResponses(inPieces(sent.text, []), sent.method, false);
      const isKept = end === 'last' && leftBytes === 0 && read.at(-1)?.keepsAlive === true;
      // What comes later than the answer before it, on a connection that is kept, is the next answer for anybody.
      scripts.set(lane, { ...sent, cuts: leftBytes > 0 ? [] : sent.cuts, isEnded: !isKept });
      const requests = `${sent.method} / HTTP/1.1\r\nHost: h\r\n\r\nGET /mock HTTP/1.1\r\nHost: h\r\n\r\n`;
      checkAnswers(sent, !isKept, await exchange(gateway.port, lane, [Buffer.from(requests)]), counts);
    });
    results['answers to a client'] = counts;
    return results;
  } finally {
    await gateway.stop();
    await nginx?.stop();
    recorder.server.close();
    recorder.server.closeAllConnections();
    scripted.end();
    scripted.server.close();
  }
}
