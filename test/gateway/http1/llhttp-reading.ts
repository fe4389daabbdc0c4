import { createRequire } from 'node:module';
import type { Reading, ReadMessage } from './reading.js';

/** The parser behind `node:http`: llhttp, in its strict mode unless it is told otherwise. */
interface Parser {
  initialize(kind: number, resource: object, maxHeaderBytes: number, leniency: number): void;
  /** Bytes that were read, fewer than given where it stops at an upgrade. */
  execute(bytes: Buffer): number | (Error & { readonly code: string });
  /** Nothing more comes. */
  finish(): Error | undefined;
  /** Gives its memory back, which no garbage collector does. */
  close(): void;
  [callback: number]: unknown;
}

interface ParserClass {
  new (): Parser;
  readonly REQUEST: number;
  readonly RESPONSE: number;
  readonly kOnHeaders: number;
  readonly kOnHeadersComplete: number;
  readonly kOnBody: number;
  readonly kOnMessageComplete: number;
}

/** What the parser gives of a head: version, headers, method, target, status, reason, upgrade, keep-alive. */
type HeadFacts = [
  number,
  number,
  string[] | undefined,
  number,
  string | undefined,
  number?,
  string?,
  boolean?,
  boolean?,
];

const { HTTPParser } = createRequire(import.meta.url)('_http_common') as { HTTPParser: ParserClass };
/** The limits of size are the engine's own affair. */
const MAX_HEADER_BYTES = 1024 * 1024;
const [BODY_FOLLOWS, NO_BODY] = [0, 1];
/** Methods by the numbers that llhttp gives them. */
const METHODS = new Map<number, string>();

/** One connection's worth of messages, read by llhttp. */
class LlhttpReader {
  readonly messages: ReadMessage[] = [];
  private readonly parser = new HTTPParser();
  private earlyHeaders: string[] = [];
  private earlyTarget = '';
  private current: ReadMessage | null = null;
  private answers = 0;
  onHead: (facts: HeadFacts) => void = () => undefined;

  constructor(
    kind: number,
    /** Of the requests whose answers these are. */
    private readonly methods: readonly string[] = [],
  ) {
    const { parser } = this;
    parser.initialize(kind, {}, MAX_HEADER_BYTES, 0);
    // Those of a long head come in several parts; those of trailers, behind a head, are no matter.
    parser[HTTPParser.kOnHeaders] = (headers: string[], target: string) => {
      if (this.current) return;
      this.earlyHeaders.push(...headers);
      this.earlyTarget += target;
    };
    parser[HTTPParser.kOnHeadersComplete] = (...facts: HeadFacts) => this.headRead(facts);
    parser[HTTPParser.kOnBody] = (piece: Buffer) => {
      if (this.current) this.current.body += piece.toString('latin1');
    };
    parser[HTTPParser.kOnMessageComplete] = () => {
      if (this.current) this.current.isWhole = true;
      this.current = null;
    };
  }

  read(pieces: readonly Buffer[]): string | null {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length;) {
        const taken = this.parser.execute(piece.subarray(at));
        if (typeof taken !== 'number') return taken.code;
        // It has stopped for an upgrade, which nobody here takes up.
        if (taken === 0) return 'stopped for an upgrade';
        at += taken;
      }
    }
    return null;
  }

  /** Nothing more comes: a body that ends with its connection is whole. */
  finish(): void {
    this.parser.finish();
  }

  /** Nothing more is read. */
  close(): void {
    this.parser.close();
  }

  private headRead(facts: HeadFacts): number {
    this.onHead(facts);
    const [, , headers, method, target, status, , , keepsAlive] = facts;
    const line =
      status === undefined ? `${METHODS.get(method) ?? method} ${target ?? this.earlyTarget}` : String(status);
    if (status !== undefined && status >= 200) this.answers += 1;
    const hasNoBody = this.methods[this.answers - 1] === 'HEAD' && status !== undefined && status >= 200;
    this.current = {
      line,
      headers: headers ?? this.earlyHeaders,
      // Of an answer to HEAD it is told before llhttp knows that there is no body.
      keepsAlive: keepsAlive === true || hasNoBody,
      body: '',
      isWhole: false,
    };
    this.earlyHeaders = [];
    this.earlyTarget = '';
    this.messages.push(this.current);
    return hasNoBody ? NO_BODY : BODY_FOLLOWS;
  }
}

for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']) {
  const reader = new LlhttpReader(HTTPParser.REQUEST);
  reader.onHead = ([, , , number]) => METHODS.set(number, method);
  reader.read([Buffer.from(`${method} / HTTP/1.1\r\nHost: h\r\n\r\n`)]);
}

/** How llhttp reads the requests of a connection whose bytes come in pieces. */
export function llhttpRequests(pieces: readonly Buffer[]): Reading {
  const reader = new LlhttpReader(HTTPParser.REQUEST);
  const end = reader.read(pieces);
  reader.close();
  return { messages: reader.messages, end };
}

/** How llhttp reads the answers to one request, interim ones first; `isEnded`: the server then ends the connection. */
export function llhttpResponses(pieces: readonly Buffer[], method: string, isEnded: boolean): Reading {
  const reader = new LlhttpReader(HTTPParser.RESPONSE, [method]);
  const end = reader.read(pieces);
  if (isEnded && end === null) reader.finish();
  reader.close();
  return { messages: reader.messages, end };
}

/** How llhttp reads the answers to some requests on one connection; interim ones are left out. */
export function llhttpAnswers(bytes: Buffer, methods: readonly string[]): Reading {
  const reader = new LlhttpReader(HTTPParser.RESPONSE, methods);
  const end = reader.read([bytes]);
  reader.finish();
  reader.close();
  return { messages: reader.messages.filter(({ line }) => !line.startsWith('1')), end };
}

/** Reads the answers to requests as they come; `methods` may grow meanwhile. Interim answers are messages too. */
export function llhttpAnswerReader(
  methods: readonly string[],
): Pick<LlhttpReader, 'messages' | 'read' | 'finish' | 'close'> {
  return new LlhttpReader(HTTPParser.RESPONSE, methods);
}
