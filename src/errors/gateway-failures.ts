import { backendFailures } from './gateway/backend-failures.js';
import { callerFailures } from './gateway/caller-failures.js';
import type { GatewayFailureDefinition } from './gateway/define.js';
import { requestFailures } from './gateway/request-failures.js';

/** Every failure of the gateway by its key. Source: the published runtime error codes; InternalError is ours. */
export const gatewayFailures = Object.freeze({
  ...backendFailures,
  ...callerFailures,
  ...requestFailures,
}) satisfies Record<string, GatewayFailureDefinition>;

/** The key of a failure of the gateway. */
export type GatewayFailureKey = keyof typeof gatewayFailures;

/** A failure as plugins and the upstream return it: a key and, where the message has a `{detail}`, its text. */
export interface GatewayFailure {
  readonly failure: GatewayFailureKey;
  readonly detail?: string;
}
