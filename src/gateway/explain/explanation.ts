import type { PluginType } from '../../contract/plugins/index.js';
import type { GatewayFailureKey } from '../../errors/index.js';
import type { HeaderList } from '../header-list.js';
import type { DescribedAnswer } from './described-exchange.js';
import type { QuotaLeft } from './untouched-services.js';

/** When a plugin has its turn. */
export type PluginPhase = 'CHECK' | 'REQUEST' | 'BACKEND' | 'RESPONSE';

/**
 * What became of a plugin. ASSUMED: it would call somebody, and is taken to let the request on. LATER: it changes the
 * backend's answer, which is not known. SKIPPED: the request does not come so far.
 */
export type PluginResult = 'PASSED' | 'REFUSED' | 'ASSUMED' | 'APPLIED' | 'LATER' | 'SKIPPED';

/** A plugin of the route, in the order of the request. */
export interface ExplainedPlugin {
  readonly type: PluginType;
  /** The resource that the setting stands on. */
  readonly origin: { readonly path: string; readonly method: string | null };
  readonly phase: PluginPhase;
  readonly result: PluginResult;
  /** Requests per second that it allows in the case of this request; null: it limits none. */
  readonly requestsPerSecond: number | null;
}

/** The failure that a request would be answered with. */
export interface ExplainedFailure {
  readonly key: GatewayFailureKey;
  readonly code: number;
  readonly message: string;
  /** What to look at; null when the message says all. */
  readonly hint: string | null;
}

/** A request as its backend would get it. */
export interface ExplainedBackendRequest {
  readonly url: string;
  readonly headers: HeaderList;
}

/** What would become of a request. */
export interface Explanation {
  readonly route: {
    readonly path: string;
    readonly method: string;
    readonly variables: ReadonlyMap<string, readonly string[]>;
  } | null;
  readonly plugins: readonly ExplainedPlugin[];
  /** Of the API key that the request is admitted with. */
  readonly apiKeyId: string | null;
  readonly quota: QuotaLeft | null;
  readonly outcome: 'BACKEND' | 'MOCK' | 'PREFLIGHT' | 'FAILURE';
  /** Null unless the outcome is BACKEND. */
  readonly backend: ExplainedBackendRequest | null;
  /** What the gateway answers by itself; null when the backend does. */
  readonly answer: DescribedAnswer | null;
  /** Null unless the outcome is FAILURE. */
  readonly failure: ExplainedFailure | null;
}
