import { bodyOf, type BodySource } from '../../body/index.js';
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
  let heldBytes = 0;
  context.exchange.onOver(() => budget.give(heldBytes));
  const whole = await collect(context.body.open(), (bytes) => {
    if (!budget.take(bytes)) return false;
    heldBytes += bytes;
    return true;
  });
  context.body = { declaredBytes: whole.length, open: () => bodyOf(whole) };
  return whole;
}

function collect(source: BodySource, mayHold: (bytes: number) => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    source.start({
      onPiece(piece) {
        if (mayHold(piece.length)) pieces.push(Buffer.from(piece));
        else {
          source.destroy();
          reject(new RequestFailed(TOO_MANY));
        }
        return true;
      },
      onEnd: () => resolve(Buffer.concat(pieces)),
      onError(error) {
        if (error instanceof BodyTooLarge) reject(new RequestFailed({ failure: 'RequestTooLarge' }));
        // Only its client can break a body off.
        else reject(new ClientGone('the body was broken off', { cause: error }));
      },
    });
  });
}
