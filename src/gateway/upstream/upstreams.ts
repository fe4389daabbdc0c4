import type { GatewayFailure } from '../../errors/index.js';
import type { GatewaySettings } from '../settings.js';
import { Breaker } from './breaker.js';
import { UpstreamCall, type UpstreamObserver, type UpstreamRequest } from './call.js';
import { type ConnectRules, connectRules } from './connector.js';
import type { Backend } from './sockets/backend.js';
import { SocketBackend } from './sockets/socket-backend.js';
import { UndiciBackend } from './undici-backend.js';

/** Connections to one backend; requests beyond it wait for a free one within their time. */
const MAX_CONNECTIONS = 512;
/** Shorter than what servers usually keep: a connection that the backend is closing must not get a request. */
const KEEP_ALIVE_MS = 3_000;

interface Upstream {
  readonly pool: Backend;
  readonly breaker: Breaker;
}

/** What sends requests to backends. */
export type UpstreamCaller = Pick<Upstreams, 'call'>;

/** The backends by origin, each with its kept connections and its breaker. */
export class Upstreams {
  private readonly upstreams = new Map<string, Upstream>();
  /** Pools that finish what runs on them. */
  private readonly leaving = new Set<Backend>();
  private readonly rules: ConnectRules;

  constructor(private readonly settings: GatewaySettings) {
    this.rules = connectRules(settings);
  }

  /**
   * Begins a call to the backend at an origin (scheme, host and port).
   * Gives the failure instead when the backend's breaker is open.
   */
  call(origin: string, request: UpstreamRequest, observer: UpstreamObserver): UpstreamCall | GatewayFailure {
    const { pool, breaker } = this.upstream(origin);
    if (!breaker.admit()) return { failure: 'CircuitOpen', detail: 'is open' };
    const timeoutMs = Math.min(request.timeoutMs ?? Infinity, this.settings.upstreamTimeoutMs);
    const call = new UpstreamCall(pool, request, observer, breaker, timeoutMs);
    call.start();
    return call;
  }

  /** Origins that were called. */
  get count(): number {
    return this.upstreams.size;
  }

  /** Origins that get no request now. */
  get openBreakerCount(): number {
    return [...this.upstreams.values()].filter(({ breaker }) => breaker.isOpen).length;
  }

  /** Forgets the backends at other origins; calls that run there go on to their end. */
  keepOnly(origins: ReadonlySet<string>): void {
    for (const [origin, { pool }] of this.upstreams) {
      if (origins.has(origin)) continue;
      this.upstreams.delete(origin);
      this.leaving.add(pool);
      void pool.close().finally(() => this.leaving.delete(pool));
    }
  }

  /** Breaks every connection off. */
  async close(): Promise<void> {
    const kept = Array.from(this.upstreams.values(), ({ pool }) => pool);
    await Promise.all([...kept, ...this.leaving].map((pool) => pool.destroy()));
  }

  private upstream(origin: string): Upstream {
    const known = this.upstreams.get(origin);
    if (known) return known;
    const limits = { maxConnections: MAX_CONNECTIONS, keepAliveMs: KEEP_ALIVE_MS };
    const isOwn = this.settings.engine === 'sockets';
    const pool = isOwn ? new SocketBackend(origin, this.rules, limits) : new UndiciBackend(origin, this.rules, limits);
    const { breakerFailures, breakerOpenMs } = this.settings;
    const upstream = { pool, breaker: new Breaker(breakerFailures, breakerOpenMs, () => performance.now()) };
    this.upstreams.set(origin, upstream);
    return upstream;
  }
}
