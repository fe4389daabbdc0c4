import { readTarget } from '../../../src/gateway/request-context.js';
import { llhttpRequests, llhttpResponses } from './llhttp-reading.js';
import { CLOSED, LAST, ourRequests, ourResponses, requestFault } from './our-reading.js';
import { inPieces, type Reading, type ReadMessage } from './reading.js';

/** A connection's bytes, one character each, and where they are cut. */
export interface Sent {
  readonly text: string;
  readonly cuts: readonly number[];
  /** Whether an ending has been put behind it already. */
  readonly isContinued?: boolean;
}

/** What a backend sends to a request. */
export interface SentResponse extends Sent {
  /** Of the request. */
  readonly method: string;
  /** Whether the backend ends the connection behind it. */
  readonly isEnded: boolean;
}

/**
 * How two readings stand to each other:
 * - agree: the engine lets something through, and llhttp reads the same.
 * - refused by us: the engine lets nothing through; llhttp would. `why` is the engine's reason.
 * - nothing: neither lets anything through.
 * - differ: a message that the engine lets through is another one for llhttp, or none. That must never be.
 */
export interface Verdict {
  readonly kind: 'agree' | 'refused by us' | 'nothing' | 'differ';
  readonly why: string;
}

/** Methods that a route can have. Others are answered by the gateway, so nobody behind it reads them. */
const ROUTED = /^(GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS) /;
/** What the host of a stage is made of. */
const STAGE_HOST = /^[A-Za-z0-9.:_[\]-]*$/;
const PLAIN_LINE = 'GET /';
/** What may stand at the end of a message that is not whole. */
const ENDINGS = [
  '\r\n\r\n',
  '\n',
  '0\r\n\r\n',
  '\r\n0\r\n\r\n',
  'a',
  'a\r\n0\r\n\r\n',
  'a'.repeat(64),
  'a'.repeat(1024),
];
const NEXT_REQUEST = 'GET /next HTTP/1.1\r\nHost: h\r\n\r\n';
const NEXT_RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
const OTHERWISE: Verdict = { kind: 'differ', why: 'the engine reads it in another way when it comes in other pieces' };

/** Compares how the engine and llhttp read the requests of a connection. */
export function compareRequests(sent: Sent): Verdict {
  const { text, cuts } = withPlainLines(sent);
  const ours = ourRequests([Buffer.from(text, 'latin1')]);
  if (!isSame(ours, ourRequests(inPieces(text, cuts)))) return OTHERWISE;
  const theirs = llhttpRequests(inPieces(text, cuts));
  const verdict = judge({ ...ours, end: refusalOf(text, ours) }, theirs);
  if (verdict.kind === 'differ' || ours.end !== null || sent.isContinued) return verdict;
  // Where a message ends shows when another one follows.
  const further = verdict.kind === 'agree' && theirs.end === null ? [NEXT_REQUEST] : [NEXT_REQUEST, ...ENDINGS];
  const faults = further.map((end) => compareRequests({ text: text + end, cuts: [], isContinued: true }));
  return faults.find(({ kind }) => kind === 'differ') ?? verdict;
}

/** Compares how the engine and llhttp read the answers to one request. */
export function compareResponses(sent: SentResponse): Verdict {
  const { text, cuts, method, isEnded } = sent;
  const ours = ourResponses([Buffer.from(text, 'latin1')], method, isEnded);
  if (!isSame(ours, ourResponses(inPieces(text, cuts), method, isEnded))) return OTHERWISE;
  const theirs = llhttpResponses(inPieces(text, cuts), method, isEnded);
  const verdict = judge(ours, theirs);
  if (verdict.kind === 'differ' || sent.isContinued) return verdict;
  if (ours.end === null && (theirs.end !== null || verdict.kind === 'refused by us')) {
    const faults = ENDINGS.map((end) => compareResponses({ ...sent, text: text + end, cuts: [], isContinued: true }));
    return faults.find(({ kind }) => kind === 'differ') ?? verdict;
  }
  const isKept = ours.end === LAST && ours.leftBytes === 0 && ours.messages.at(-1)?.keepsAlive === true;
  if (!isKept) return verdict;
  const further = llhttpResponses([Buffer.from(text + NEXT_RESPONSE, 'latin1')], method, false);
  if (further.end === null && further.messages.length === ours.messages.length + 1) return verdict;
  return { kind: 'differ', why: `behind it llhttp reads no other answer: ${further.end}` };
}

function isSame(one: Reading, other: Reading): boolean {
  return one.end === other.end && JSON.stringify(one.messages) === JSON.stringify(other.messages);
}

/** Why a reading has ended: more exactly, where the first head was refused. */
function refusalOf(text: string, { messages, end }: Reading): string | null {
  const head = /^(?:\r\n)*([^]*?\r\n)\r\n/.exec(text)?.[1];
  return end !== null && messages.length === 0 && head !== undefined ? (requestFault(head) ?? end) : end;
}

/** The same with lines that llhttp knows in place of those that reach no backend, for their method or their target. */
function withPlainLines(sent: Sent): Sent {
  let { text } = sent;
  let { messages } = ourRequests([Buffer.from(text, 'latin1')]);
  for (let at = 0; at < messages.length; at += 1) {
    const message = messages[at];
    if (!message) break;
    const { line, headers } = message;
    const target = readTarget({ target: line.slice(line.indexOf(' ') + 1), headers });
    if (ROUTED.test(line) && target && STAGE_HOST.test(target.host)) continue;
    const place = text.indexOf(line, bytesOf(text, at));
    text = text.slice(0, place) + PLAIN_LINE + text.slice(place + line.length);
    ({ messages } = ourRequests([Buffer.from(text, 'latin1')]));
  }
  return { ...sent, text };
}

/** How many bytes the first requests of a connection take, as the engine reads them. */
function bytesOf(text: string, count: number): number {
  const isRead = (bytes: number): boolean => {
    const { messages } = ourRequests([Buffer.from(text.slice(0, bytes), 'latin1')]);
    return messages.filter(({ isWhole }) => isWhole).length >= count;
  };
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isRead(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function judge(ours: Reading, theirs: Reading): Verdict {
  const { messages } = ours;
  const isRefused = ours.end !== null && ours.end !== CLOSED && ours.end !== LAST;
  let endsEarly = '';
  for (const [at, message] of messages.entries()) {
    const other = theirs.messages[at];
    if (!other) return { kind: 'differ', why: `llhttp has no such message: ${theirs.end ?? 'it waits'}` };
    const why = differenceOf(message, other, isRefused && at === messages.length - 1);
    if (why !== null) return { kind: 'differ', why: `${why}${theirs.end === null ? '' : `, llhttp: ${theirs.end}`}` };
    if (other.keepsAlive && !message.keepsAlive) endsEarly = ', sooner than llhttp';
  }
  const hasMore = theirs.messages.length > messages.length;
  // The engine waits for what llhttp has taken for whole; whether it ever lets it through shows when more comes.
  if (hasMore && ours.end === null) return { kind: 'refused by us', why: 'not whole' };
  if (isRefused && (hasMore || (theirs.end === null && messages.at(-1)?.isWhole === false)))
    return { kind: 'refused by us', why: ours.end ?? '' };
  if (messages.length === 0) return { kind: 'nothing', why: ours.end ?? 'not whole' };
  return { kind: 'agree', why: `${ours.end ?? 'goes on'}${endsEarly}` };
}

/** In what two messages differ; of one that was refused in its middle only what came before counts. */
function differenceOf(one: ReadMessage, other: ReadMessage, isBrokenOff: boolean): string | null {
  if (one.line !== other.line) return `line: ${other.line}`;
  if (JSON.stringify(one.headers) !== JSON.stringify(other.headers)) return `headers: ${JSON.stringify(other.headers)}`;
  // Ending a connection that could go on lets nothing through.
  if (one.keepsAlive && !other.keepsAlive) return 'keep-alive';
  if (isBrokenOff && !one.isWhole)
    return one.body.startsWith(other.body) || other.body.startsWith(one.body) ? null : 'body';
  if (one.body !== other.body) return `body: ${JSON.stringify(other.body)}`;
  return one.isWhole === other.isWhole ? null : `whole: ${other.isWhole}`;
}
