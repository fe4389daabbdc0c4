import type { GatewayFailureKey } from '../../errors/index.js';
import { findHeader } from '../headers.js';
import type { NarrowedSnapshot } from './narrow.js';
import type { DescribedEnd } from './run.js';

/** What is known besides the failure itself. */
export interface HintFacts {
  readonly source: { readonly document: unknown; readonly hosts: readonly string[] };
  readonly narrowed: NarrowedSnapshot | null;
  readonly end: DescribedEnd;
  readonly keyHint: string | null;
}

/** What to look at when a request fails in a way whose message does not say it; null when there is no more to say. */
export function hintFor(failure: GatewayFailureKey, facts: HintFacts): string | null {
  if (failure === 'UrlNotFound') return whyNotFound(facts);
  if (failure === 'ApiKeyInvalid' || failure === 'ApiKeyInactive') return facts.keyHint;
  return null;
}

function whyNotFound({ source: { document, hosts }, narrowed, end }: HintFacts): string {
  const { target, stage, exchange } = end.context;
  if (document === null) return 'Nothing of the stage is live: deploy it.';
  if (!stage) {
    const host = findHeader(exchange.headers, 'host') ?? '';
    return `The host ${host} is none of the stage's, which are ${hosts.join(', ')}.`;
  }
  const match = narrowed?.match;
  if (!match) return `No path of the stage matches ${target.path}.`;
  const methods = [...match.path.methods].join(', ') || 'none';
  return `The path ${match.path.path} matches, but has no ${exchange.method}. Its methods: ${methods}.`;
}
