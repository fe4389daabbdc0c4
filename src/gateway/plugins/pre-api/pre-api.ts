import { createHash } from 'node:crypto';
import type { PreApiSettings } from '../../../contract/plugins/index.js';
import { backendHeaders } from '../../backend-headers.js';
import { removeHeader } from '../../header-list.js';
import { MAX_BODY_BYTES } from '../../limits.js';
import { type Outbound, type OutboundAnswer, OutboundFailed } from '../../outbound/index.js';
import { RequestAnswered, type RequestContext, RequestFailed } from '../../request-context.js';
import type { CheckServices } from '../../services.js';
import { endToEndHeaders } from '../../upstream/index.js';
import type { CheckPlace, RequestCheck } from '../step.js';
import { AnswerCache } from './answer-cache.js';

/** Headers by whose values a caller is told from others. */
const CALLER_HEADERS = ['authorization', 'cookie', 'x-nhn-apikey'];
/** Callers of one URL that are remembered, about 1 MB. */
const MAX_CALLERS = 10_000;

/**
 * PRE_API: a URL is called with the request's headers; its 200 lets the request on, and is remembered for the caller
 * for `cacheTtl` seconds. Any other answer is the client's.
 */
export function checkByPreApi(
  { httpMethod: method, url: text, cacheTtl }: PreApiSettings,
  { stageId }: CheckPlace,
  { outbound, preApiAnswers }: CheckServices,
): RequestCheck {
  const request = { method, url: new URL(text) };
  if (cacheTtl === 0) return (context) => call(request, context, outbound);
  const admitted = preApiAnswers.get(`${stageId} ${method} ${text}`, () => new AnswerCache(MAX_CALLERS));
  return (context) => {
    const caller = callerOf(context);
    if (admitted.has(caller, performance.now())) return undefined;
    return call(request, context, outbound).then(() => admitted.add(caller, performance.now() + cacheTtl * 1000));
  };
}

/** The URLs that a setting has called. */
export function preApiUrls({ url }: PreApiSettings): string[] {
  return [url];
}

async function call(
  request: { readonly method: string; readonly url: URL },
  context: RequestContext,
  outbound: Outbound,
): Promise<void> {
  const headers = backendHeaders(context);
  // The request goes without its body.
  removeHeader(headers, 'content-length');
  const answer = await answerOf(outbound.call({ ...request, headers, maxBytes: MAX_BODY_BYTES }, context.exchange));
  if (answer.status === 200) return;
  const answered = endToEndHeaders(answer.status, answer.headers);
  removeHeader(answered, 'content-length');
  throw new RequestAnswered({ status: answer.status, headers: answered }, answer.body);
}

async function answerOf(calling: Promise<OutboundAnswer>): Promise<OutboundAnswer> {
  try {
    return await calling;
  } catch (error) {
    if (error instanceof OutboundFailed) throw new RequestFailed({ failure: 'PreApiUnreachable' });
    throw error;
  }
}

/** Stands for the values of a caller's headers, without holding them. */
function callerOf(context: RequestContext): string {
  const values = CALLER_HEADERS.map((name) => context.header(name));
  return createHash('sha256').update(JSON.stringify(values)).digest('base64');
}
