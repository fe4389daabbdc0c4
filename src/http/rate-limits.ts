import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors/index.js';
import { callerAddress } from './caller-address.js';
import type { Settings } from './settings.js';

const WINDOW_SECONDS = 60;
/** Addresses and appKeys that are counted at one time; the least recently seen ones make room for others. */
const MAX_COUNTED = 20_000;

type Limiter = ReturnType<FastifyInstance['createRateLimit']>;
type State = Exclude<Awaited<ReturnType<Limiter>>, { isAllowed: true }>;

interface Limiters {
  readonly address: Limiter | null;
  readonly appKey: Limiter | null;
  readonly failedLogins: Limiter | null;
}

/**
 * How many calls a client address and an appKey may make within a minute, and how often an address may show an appKey,
 * a token or an access key that opens nothing. Counted in this process alone.
 */
export class RateLimits {
  private limiters: Limiters = { address: null, appKey: null, failedLogins: null };
  private unlimited: readonly string[] = [];
  /** Until when there may be a client that its failed logins shut out, or an appKey that is used up; see {@link admit}. */
  private failuresUntilMs = 0;
  private usedUpUntilMs = 0;

  constructor(private readonly settings: Settings) {}

  /** Sets the limits up. `unlimited` are the beginnings of routes that they do not hold for. Call it before routes are added. */
  install(fastify: FastifyInstance, unlimited: readonly string[]): void {
    this.unlimited = unlimited;
    void fastify.register(rateLimit, { global: false });
    fastify.after((error) => {
      if (error) throw error;
      const { perAddress, perAppKey, failedLoginsPerAddress } = this.settings.rateLimits;
      const limiter = (max: number, keyGenerator: (request: FastifyRequest) => string) => {
        // The types of the library leave `cache` out here.
        const options = { max, keyGenerator, timeWindow: WINDOW_SECONDS * 1000, cache: MAX_COUNTED };
        return max === 0 ? null : fastify.createRateLimit(options);
      };
      const addressOf = (request: FastifyRequest) => this.addressOf(request);
      this.limiters = {
        address: limiter(perAddress, addressOf),
        appKey: limiter(perAppKey, (request) => appKeyOf(request) ?? ''),
        failedLogins: limiter(failedLoginsPerAddress, addressOf),
      };
      fastify.addHook('onRequest', (request, reply) => this.admit(request, reply));
    });
  }

  /**
   * Counts a call of an appKey that exists. Others are not counted: strangers could have them remembered without end.
   * @throws AppError TOO_MANY_REQUESTS
   */
  async countAppKey(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const state = await stateOf(this.limiters.appKey, request);
    if (!state) return;
    tell(reply, 'appKey', state);
    if (state.remaining === 0) this.usedUpUntilMs = Date.now() + WINDOW_SECONDS * 1000;
    if (state.isExceeded) refuse(reply, state);
  }

  /** Counts a call whose appKey, token or access key opened nothing. */
  async countFailedLogin(request: FastifyRequest): Promise<void> {
    if (this.isUnlimited(request)) return;
    this.failuresUntilMs = Date.now() + WINDOW_SECONDS * 1000;
    await stateOf(this.limiters.failedLogins, request);
  }

  /** Counts a call of an address. What refuses nobody at present is not asked: that would cost every call 3 % or more. */
  private async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (this.isUnlimited(request)) return;
    const { address, appKey, failedLogins } = this.limiters;
    const state = await stateOf(address, request);
    if (state) tell(reply, 'address', state);
    if (state?.isExceeded) refuse(reply, state);
    const nowMs = Date.now();
    if (nowMs <= this.failuresUntilMs) {
      const failures = await stateOf(failedLogins, request, { increment: false });
      if (failures?.remaining === 0) refuse(reply, failures);
    }
    if (nowMs > this.usedUpUntilMs || appKeyOf(request) === null) return;
    // Refused here, a call costs no query; it is counted when its appKey has been found.
    const calls = await stateOf(appKey, request, { increment: false });
    if (calls?.remaining !== 0) return;
    tell(reply, 'appKey', calls);
    refuse(reply, calls);
  }

  private isUnlimited({ routeOptions: { url } }: FastifyRequest): boolean {
    return url !== undefined && this.unlimited.some((beginning) => url.startsWith(beginning));
  }

  /** The address that a client is counted under. Of IPv6 it is the network: one client has all addresses of a /64. */
  private addressOf(request: FastifyRequest): string {
    return normalizeIP(callerAddress(request, this.settings.trustedProxies));
  }
}

function appKeyOf({ params }: FastifyRequest): string | null {
  return (params as { appKey?: string } | null)?.appKey ?? null;
}

async function stateOf(
  limiter: Limiter | null,
  request: FastifyRequest,
  options?: { increment: boolean },
): Promise<State | null> {
  if (!limiter) return null;
  const state = await limiter(request, options);
  return state.isAllowed ? null : state;
}

/** Adds a limit to the headers of the answer, in the same way as the gateway does (draft-ietf-httpapi-ratelimit-headers). */
function tell(reply: FastifyReply, name: string, { max, remaining, ttlInSeconds }: State): void {
  addItem(reply, 'RateLimit-Policy', `"${name}";q=${max};w=${WINDOW_SECONDS}`);
  addItem(reply, 'RateLimit', `"${name}";r=${remaining};t=${ttlInSeconds}`);
}

function addItem(reply: FastifyReply, header: string, item: string): void {
  const others = reply.getHeader(header);
  reply.header(header, others === undefined ? item : `${String(others)}, ${item}`);
}

function refuse(reply: FastifyReply, { ttlInSeconds }: State): never {
  reply.header('Retry-After', String(Math.max(1, ttlInSeconds)));
  throw new AppError('TOO_MANY_REQUESTS');
}
