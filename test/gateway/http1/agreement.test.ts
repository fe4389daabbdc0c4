import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareRequests, compareResponses, type Verdict } from './agreement.js';
import { REQUEST_CAPTURES, RESPONSE_CAPTURES } from './captures.js';
import { sentRequests } from './messages.js';
import { CLOSED, ourRequests, ourResponses } from './our-reading.js';
import { inPieces } from './reading.js';
import { sentResponses } from './responses.js';

/** `npm run bench -- engine-agreement` compares a million. */
const MESSAGES = 20_000;
/** The last one is new each time, and is printed when something is found. */
const SEEDS = [20261128, 7, Date.now() % 1_000_000_000];

/** How often each kind of verdict came about. @throws Error with the message when two readings differ. */
function verdictsOf<Message>(
  messages: fc.Arbitrary<Message>,
  seed: number,
  compare: (message: Message) => Verdict,
): Record<Verdict['kind'], number> {
  const counts = { agree: 0, 'refused by us': 0, nothing: 0, differ: 0 };
  for (const message of fc.sample(messages, { numRuns: MESSAGES, seed })) {
    const { kind, why } = compare(message);
    if (kind === 'differ') throw new Error(`seed ${seed}: ${why}: ${JSON.stringify(message)}`);
    counts[kind] += 1;
  }
  return counts;
}

describe('what the engine lets through is what llhttp reads, however its bytes come', () => {
  it.each(SEEDS)('of requests, seed %d', (seed) => {
    const counts = verdictsOf(sentRequests, seed, compareRequests);
    // What is refused without need is no danger; but a suite that only refuses would find nothing.
    expect(counts.agree).toBeGreaterThan(MESSAGES / 4);
    expect(counts['refused by us']).toBeGreaterThan(MESSAGES / 100);
    expect(counts.nothing).toBeGreaterThan(MESSAGES / 10);
  });

  it.each(SEEDS)('of answers, seed %d', (seed) => {
    const counts = verdictsOf(sentResponses, seed, compareResponses);
    expect(counts.agree).toBeGreaterThan(MESSAGES / 4);
    expect(counts['refused by us']).toBeGreaterThan(MESSAGES / 100);
    expect(counts.nothing).toBeGreaterThan(MESSAGES / 10);
  });
});

describe('messages of real clients and servers', () => {
  it.each(REQUEST_CAPTURES)('are read alike: %j', (text) => {
    expect(compareRequests({ text, cuts: [1, 20, 50] }).kind).toBe('agree');
  });

  it.each(RESPONSE_CAPTURES.filter((text) => !text.includes(' 101 ')))('are read alike: %j', (text) => {
    const sent = { text, cuts: [1, 20, 50], method: 'GET', isEnded: true };
    expect(compareResponses(sent).kind).toBe('agree');
  });
});

describe('what others read in another way is refused', () => {
  const post = (headers: string, body: string) => `POST / HTTP/1.1\r\nHost: h\r\n${headers}\r\n\r\n${body}`;
  const chunked = (body: string) => post('Transfer-Encoding: chunked', body);
  it.each([
    ['a tab behind a length', post('Content-Length: 3\t', 'abc')],
    ['a tab behind a coding', post('Transfer-Encoding: chunked\t', '0\r\n\r\n')],
    ['a tab behind an option of the connection', 'GET / HTTP/1.0\r\nConnection: keep-alive\t\r\n\r\n'],
    ['an extension without a name', chunked('3;\r\nabc\r\n0\r\n\r\n')],
    ['an extension in other letters', chunked('3;\xe4\r\nabc\r\n0\r\n\r\n')],
    ['a trailer that ends the connection', chunked('0\r\nConnection: close\r\n\r\n')],
  ])('of requests: %s', (_what, text) => {
    const { end, messages } = ourRequests(inPieces(text, []));
    expect(end).not.toBeNull();
    expect(end).not.toBe(CLOSED);
    expect(messages.filter(({ isWhole }) => isWhole)).toEqual([]);
  });

  it.each([
    ['an interim answer with a length', 'HTTP/1.1 150 What\r\nContent-Length: 3\r\n\r\nabc'],
    ['an interim answer in chunks', 'HTTP/1.1 103 Hints\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['an interim answer that ends the connection', 'HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n'],
    ['chunks with a space of other letters', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\xa0\r\n\r\n0\r\n\r\n'],
    ['a length beside chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ])('of answers: %s', (_what, text) => {
    const { end, messages } = ourResponses(inPieces(text, []), 'GET', true);
    expect(end).not.toBeNull();
    expect(messages).toEqual([]);
  });
});
