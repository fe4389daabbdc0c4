/** Clients of engine-endurance: each sends requests over one connection, and may die at any moment. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { llhttpAnswerReader } from '../test/gateway/http1/llhttp-reading.js';
import type { ReadMessage } from '../test/gateway/http1/reading.js';
import { BAD_DEEDS, bodyOf, digestOf, GOOD_DEEDS } from './mortal.js';

/** No answer, or end of a connection, takes longer: a good deal more than the gateway's own limits. */
const ANSWER_LIMIT_MS = 20_000;
const METHODS = ['GET', 'GET', 'GET', 'POST', 'POST', 'PUT', 'HEAD'];
/** What a client does that does its part, and what it does when it dies. */
const WAYS = ['asks', 'asks', 'asks', 'asks', 'pipelines', 'pipelines', 'readsSlowly', 'endsItsSide', 'endsItsSide'];
const DEATHS = ['inHead', 'inBody', 'behindHead', 'inAnswer', 'inPipeline', 'stallsInHead'];
/** One in so many. */
const [DYING_CLIENTS, DYING_BACKENDS, BAD_AMONG_DYING, STALLS] = [6, 3, 3, 15];

/** Gives a whole number from 0 up to, and without, another one. */
export type Dice = (sides: number) => number;

/** Dice that fall alike for the same seed (mulberry32). */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * sides);
  };
}

interface Planned {
  readonly id: string;
  readonly method: string;
  readonly deed: string;
  /** Whether the backend never dies, so that the answer must be right. */
  readonly isSteady: boolean;
  readonly bytes: number;
  readonly sent: string;
  readonly head: string;
  readonly body: string;
}

/** Counts what has become of requests by outcome. */
export type Tally = Map<string, number>;

let nextId = 0;

function oneOf(values: readonly string[], dice: Dice): string {
  return values[dice(values.length)] ?? '';
}

function plan(dice: Dice, host: string): Planned {
  const id = (nextId += 1).toString(36);
  const method = oneOf(METHODS, dice);
  const isSteady = dice(DYING_BACKENDS) > 0;
  let deed = !isSteady && dice(BAD_AMONG_DYING) === 0 ? oneOf(BAD_DEEDS, dice) : oneOf(GOOD_DEEDS, dice);
  // They take seconds each.
  if (deed.startsWith('stall') && dice(STALLS) > 0) deed = 'resetAtOnce';
  const bytes = dice(15) === 0 ? 100_000 + dice(400_000) : dice(1_500);
  const hasBody = method === 'POST' || method === 'PUT';
  const sent = hasBody ? bodyOf(`b${id}`, dice(40) === 0 ? dice(200_000) : dice(800)) : '';
  const isChunked = hasBody && dice(2) === 0;
  const lines = [`${method} /${isSteady ? 'steady' : 'dying'}/${id}/${deed}/${bytes} HTTP/1.1`, `Host: ${host}`];
  if (hasBody) lines.push(isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${sent.length}`);
  if (hasBody && dice(5) === 0) lines.push('Expect: 100-continue');
  const body = isChunked ? inChunks(sent, dice) : sent;
  return { id, method, deed, isSteady, bytes, sent, head: `${lines.join('\r\n')}\r\n\r\n`, body };
}

function inChunks(text: string, dice: Dice): string {
  let written = '';
  for (let at = 0; at < text.length;) {
    const piece = text.slice(at, at + 1 + dice(text.length));
    written += `${piece.length.toString(16)}${dice(4) === 0 ? ';a=b' : ''}\r\n${piece}\r\n`;
    at += piece.length;
  }
  return `${written}0\r\n${dice(4) === 0 ? 'X-Trailer: 1\r\n' : ''}\r\n`;
}

/** A connection of a client, with the answers that have come over it. */
class Wanderer {
  readonly methods: string[] = [];
  private readonly reader = llhttpAnswerReader(this.methods);
  private readonly socket: Socket;
  private fault: string | null = null;
  isClosed = false;
  private wake: () => void = () => undefined;

  constructor(
    port: number,
    private readonly isSlow: boolean,
  ) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    this.socket.on('data', (bytes: Buffer) => this.received(bytes));
    this.socket.on('end', () => this.socket.end());
    this.socket.on('error', () => this.socket.destroy());
    this.socket.once('close', () => {
      this.isClosed = true;
      this.reader.finish();
      this.reader.close();
      this.wake();
    });
  }

  async connected(): Promise<void> {
    if (!this.isClosed && this.socket.connecting)
      await Promise.race([once(this.socket, 'connect'), once(this.socket, 'close')]);
  }

  /** Final answers, the last of which may not be whole. */
  get answers(): ReadMessage[] {
    return this.reader.messages.filter(({ line }) => !line.startsWith('1'));
  }

  hasAnswered(requests: number): boolean {
    return this.answers.filter(({ isWhole }) => isWhole).length >= requests;
  }

  get hasAnything(): boolean {
    return this.reader.messages.length > 0;
  }

  send(text: string): void {
    if (!this.isClosed && this.socket.writable) this.socket.write(text, 'latin1');
  }

  endSide(): void {
    this.socket.end();
  }

  reset(): void {
    this.socket.resetAndDestroy();
  }

  /** Waits until something holds, or the connection has ended. @throws Error after a time that nothing should take. */
  async until(holds: () => boolean): Promise<void> {
    const deadline = setTimeout(() => {
      this.fault = 'neither an answer nor the end of the connection';
      this.wake();
    }, ANSWER_LIMIT_MS);
    while (!holds() && !this.isClosed && this.fault === null)
      await new Promise<void>((resolve) => (this.wake = resolve));
    clearTimeout(deadline);
    if (this.fault !== null) throw new Error(this.fault);
  }

  private received(bytes: Buffer): void {
    const end = this.reader.read([bytes]);
    if (end !== null) this.fault = `an answer that is no HTTP: ${end}`;
    if (this.isSlow && !this.isClosed) {
      this.socket.pause();
      setTimeout(() => this.socket.resume(), 2);
    }
    this.wake();
  }
}

/** Sends some requests over one connection and checks their answers; gives their number. @throws Error for a wrong one. */
export async function wander(port: number, host: string, dice: Dice, tally: Tally): Promise<number> {
  const isDying = dice(DYING_CLIENTS) === 0;
  const way = isDying ? oneOf(DEATHS, dice) : oneOf(WAYS, dice);
  const planned = Array.from({ length: 1 + dice(12) }, () => plan(dice, host));
  const client = new Wanderer(port, way === 'readsSlowly');
  await client.connected();
  try {
    if (isDying) await die(client, way, planned, dice);
    else await live(client, way, planned);
    judge(client, planned, way, isDying, tally);
  } catch (error) {
    const plans = planned.map(({ id, method, deed, isSteady, head }) => ({ id, method, deed, isSteady, head }));
    const answers = client.answers.map(({ line, headers, body }) => ({ line, headers, body: body.slice(0, 300) }));
    const details = JSON.stringify({ way, plans, answers }, null, 1);
    throw new Error(`${(error as Error).message}\n${details}`, { cause: error });
  }
  return planned.length;
}

async function live(client: Wanderer, way: string, planned: readonly Planned[]): Promise<void> {
  const isPipelined = way === 'pipelines' || way === 'endsItsSide';
  for (const [at, { method, head, body }] of planned.entries()) {
    client.methods.push(method);
    client.send(head);
    client.send(body);
    if (isPipelined) continue;
    await client.until(() => client.hasAnswered(at + 1));
    if (client.isClosed) return;
  }
  if (way === 'endsItsSide') client.endSide();
  await client.until(() => client.hasAnswered(planned.length));
  if (way === 'endsItsSide') await client.until(() => false);
  else client.endSide();
}

async function die(client: Wanderer, way: string, planned: readonly Planned[], dice: Dice): Promise<void> {
  const [first] = planned;
  if (!first) return;
  // What is refused before its head is whole is answered with a body, whatever its method would be.
  if (!way.endsWith('InHead') && way !== 'inHead') client.methods.push(...planned.map(({ method }) => method));
  if (way === 'inHead' || way === 'stallsInHead') client.send(first.head.slice(0, 1 + dice(first.head.length - 1)));
  else if (way === 'inBody') client.send(first.head + first.body.slice(0, dice(first.body.length + 1)));
  else if (way === 'inPipeline') for (const { head, body } of planned) client.send(head + body);
  else client.send(first.head + first.body);
  if (way === 'inAnswer') await client.until(() => client.hasAnything);
  // The gateway ends it.
  else if (way === 'stallsInHead' && dice(20) === 0) await client.until(() => false);
  else await delay(dice(5));
  client.reset();
}

/** @throws Error when an answer is not that of its request, or a client that did its part has not got what it must. */
function judge(client: Wanderer, planned: readonly Planned[], way: string, isDying: boolean, tally: Tally): void {
  const { answers } = client;
  let isCut = false;
  for (const [at, request] of planned.entries()) {
    const answer = answers.at(at);
    const isOf = answer ? (headerOf(answer, 'X-Id') ?? null) : null;
    if (isOf !== null && isOf !== request.id) throw new Error(`request ${request.id} got the answer of ${isOf}`);
    if (answer?.isWhole && isOf !== null) check(request, answer);
    if (isDying) count(tally, `client died: ${way}`);
    else if (isCut) count(tally, 'behind the end of a connection');
    else if (answer?.isWhole && isOf !== null) count(tally, `answered: ${request.deed}`);
    else if (request.isSteady) throw new Error(`request ${request.id} got ${answer?.line ?? 'nothing'}`);
    else if (answer?.isWhole) count(tally, `${answer.line} for ${request.deed}`);
    else count(tally, `cut off: ${request.deed}`);
    // Whoever does not ask for a body ends the connection, and a backend may end an answer that has begun.
    isCut ||= answer?.isWhole !== true || headerOf(answer, 'Connection') === 'close';
  }
  if (!isDying && answers.length > planned.length) throw new Error('more answers than requests');
}

function check({ id, method, deed, bytes, sent }: Planned, answer: ReadMessage): void {
  const hasNoBody = method === 'HEAD' || deed === 'empty' || deed === 'same' || deed === 'extra';
  const body = hasNoBody ? '' : bodyOf(id, bytes);
  if (answer.body !== body)
    throw new Error(`the body of ${id} is another: ${answer.body.length} bytes of ${body.length}`);
  const got = headerOf(answer, 'X-Got');
  if (got !== 'unread' && got !== digestOf(sent)) throw new Error(`the backend has got ${got} of ${id}`);
}

function headerOf({ headers }: ReadMessage, name: string): string | undefined {
  const at = headers.findIndex((text, place) => place % 2 === 0 && text.toLowerCase() === name.toLowerCase());
  return at < 0 ? undefined : headers[at + 1];
}

function count(tally: Tally, what: string): void {
  tally.set(what, (tally.get(what) ?? 0) + 1);
}
