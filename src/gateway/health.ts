import type { CounterStoreState } from './counters/index.js';
import type { LinkState } from './sync/index.js';

/** What a health probe is answered. */
export interface HealthAnswer {
  readonly status: number;
  readonly body: string;
}

/** What a gateway says of itself. */
export interface HealthState {
  /** Whether it has a configuration to serve. */
  readonly isReady: boolean;
  /** A gateway that the control plane refuses, or that it does not answer, serves what it has and is ready all the same. */
  readonly controlPlane: LinkState;
  /** A gateway whose store is away counts alone and is ready all the same. */
  readonly counterStore: CounterStoreState;
}

/**
 * Answers GET /health/live (the process runs) and GET /health/ready (it has a configuration to serve); null for any
 * other request. Asked only for hosts that are no stage's: the stages own all paths of their hosts, these two included.
 */
export function healthAnswer(method: string, path: string, state: () => HealthState): HealthAnswer | null {
  if (method !== 'GET' && method !== 'HEAD') return null;
  if (path === '/health/live') return { status: 200, body: JSON.stringify({ status: 'ok' }) };
  if (path !== '/health/ready') return null;
  const { isReady, controlPlane, counterStore } = state();
  const status = isReady ? 'ok' : 'no configuration has been loaded';
  return { status: isReady ? 200 : 503, body: JSON.stringify({ status, controlPlane, counterStore }) };
}
