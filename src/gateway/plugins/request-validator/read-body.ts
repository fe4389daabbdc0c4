import { Readable } from 'node:stream';
import { BodyTooLarge } from '../../limits.js';
import type { BodyBudget } from './body-budget.js';
import { ClientGone, type RequestContext, RequestFailed } from '../../request-context.js';

/** The table has no row for it; this one says that the request may be tried again. */
const TOO_MANY = { failure: 'UpstreamUnreachable', detail: 'too many bodies are being checked' } as const;

/**
 * Reads the body of a request as a whole and puts what it has read in the body's place, so that it goes on unchanged.
 * What it holds counts until the request is over.
 * @throws RequestFailed RequestTooLarge, UpstreamUnreachable when the gateway holds too much already; ClientGone
 */
export async function readBody(context: RequestContext, budget: BodyBudget): Promise<Buffer> {
  if (!context.body) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let heldBytes = 0;
  context.exchange.onOver(() => budget.give(heldBytes));
  try {
    for await (const chunk of context.body.open() as AsyncIterable<Buffer>) {
      if (!budget.take(chunk.length)) throw new RequestFailed(TOO_MANY);
      heldBytes += chunk.length;
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof RequestFailed) throw error;
    if (error instanceof BodyTooLarge) throw new RequestFailed({ failure: 'RequestTooLarge' });
    // Only its client can break a body off.
    throw new ClientGone('the body was broken off', { cause: error });
  }
  const whole = Buffer.concat(chunks);
  const open = (): Readable => Readable.from(whole.length === 0 ? [] : [whole], { objectMode: false });
  context.body = { declaredBytes: whole.length, open };
  return whole;
}
