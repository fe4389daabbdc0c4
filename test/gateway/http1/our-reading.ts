import { readRequestHead, type RequestHead } from '../../../src/gateway/engine/sockets/request-head.js';
import { RequestReader } from '../../../src/gateway/engine/sockets/request-reader.js';
import { type BodyDecoder, RestDecoder } from '../../../src/gateway/http1/body.js';
import { type HeadText, readHeaderLines, readRequestLine, readStatusLine } from '../../../src/gateway/http1/head.js';
import { HeadReader } from '../../../src/gateway/http1/head-reader.js';
import { readResponseHead } from '../../../src/gateway/upstream/sockets/response-head.js';
import type { Reading, ReadMessage } from './reading.js';

const MAX_RESPONSE_HEAD_BYTES = 64 * 1024;
/** The ends of a reading that refuse nothing: the message asked to be the last; nobody reads further. */
export const [CLOSED, LAST] = ['closed', 'last'];

/** How the engine reads the requests of a connection whose bytes come in pieces. */
export function ourRequests(pieces: readonly Buffer[]): Reading {
  const messages: ReadMessage[] = [];
  let end: string | null = null;
  const reader: RequestReader = new RequestReader({
    takesBody: true,
    onRequest({ method, target, headers, keepsAlive, declaredBytes }: RequestHead) {
      messages.push({ line: `${method} ${target}`, headers, keepsAlive, body: '', isWhole: false });
      if (declaredBytes === 0) messageEnded();
    },
    onBody(piece) {
      const message = messages.at(-1);
      if (message) message.body += piece.toString('latin1');
    },
    onBodyEnd: () => messageEnded(),
    onMalformed: (detail) => (end = messages.at(-1)?.isWhole === false ? 'in the body' : detail),
  });
  // As a session does it once the request is answered.
  const messageEnded = (): void => {
    const message = messages.at(-1);
    if (!message) return;
    message.isWhole = true;
    if (message.keepsAlive) return reader.next();
    end = CLOSED;
    reader.stop();
  };
  for (const piece of pieces) if (reader.phase !== 'STOPPED') reader.take(piece);
  return { messages, end };
}

/** Why the engine refuses the head of a request, roughly; null for one that it takes. */
export function requestFault(text: string): string | null {
  const head = { text, bytes: Buffer.from(text, 'latin1') };
  return readRequestHead(head) ? null : faultOf(head, readRequestLine(head)?.end);
}

/** Puts the engine's readers of the answers to one request together as its connections to backends do. */
class ResponseReader {
  readonly messages: ReadMessage[] = [];
  end: string | null = null;
  /** Bytes behind the answer that are left alone. */
  leftBytes = 0;
  private body: BodyDecoder | null = null;
  private readonly heads = new HeadReader(MAX_RESPONSE_HEAD_BYTES);

  constructor(private readonly method: string) {}

  read(pieces: readonly Buffer[]): void {
    for (const piece of pieces) {
      let left: Buffer | null = piece;
      while (left !== null && left.length > 0 && this.end === null)
        left = this.body ? this.readBody(this.body, left) : this.readHead(left);
      this.leftBytes += left?.length ?? 0;
    }
  }

  /** Nothing more comes: a body that ends with its connection is whole. */
  finish(): void {
    if (this.heads.isBegun) this.end = 'head not whole';
    const last = this.messages.at(-1);
    if (last && this.body instanceof RestDecoder) last.isWhole = true;
  }

  private readHead(bytes: Buffer): Buffer | null {
    const whole = this.heads.take(bytes);
    if (!whole) {
      if (this.heads.isOverflown) this.end = 'head too large';
      return null;
    }
    const read = readResponseHead(whole, this.method);
    const start = readStatusLine(whole)?.end;
    if (!read) {
      this.end = faultOf(whole, start);
      return null;
    }
    const { status, headers, keepsAlive, body } = read;
    this.messages.push({ line: String(status), headers, keepsAlive, body: '', isWhole: body === null || body.isDone });
    if (body && !body.isDone) this.body = body;
    else if (status >= 200) this.end = LAST;
    return whole.rest;
  }

  private readBody(body: BodyDecoder, bytes: Buffer): Buffer | null {
    const message = this.messages.at(-1);
    const taken = body.take(bytes, (piece) => {
      if (message) message.body += piece.toString('latin1');
    });
    if (taken < 0) {
      this.end = 'in the body';
      return null;
    }
    if (!body.isDone) return null;
    if (message) message.isWhole = true;
    this.end = LAST;
    return bytes.subarray(taken);
  }
}

/** How the engine reads the answers to one request, interim ones too; nothing behind the last of them is read. */
export function ourResponses(
  pieces: readonly Buffer[],
  method: string,
  isEnded: boolean,
): Reading & { readonly leftBytes: number } {
  const reader = new ResponseReader(method);
  reader.read(pieces);
  if (isEnded) reader.finish();
  const { messages, end, leftBytes } = reader;
  return { messages, end, leftBytes };
}

/** `linesAt`: where the header lines begin; undefined when the first line cannot be read. */
function faultOf(head: HeadText, linesAt: number | undefined): string {
  if (linesAt === undefined) return 'first line';
  return readHeaderLines(head, linesAt) ? 'framing' : 'header lines';
}
