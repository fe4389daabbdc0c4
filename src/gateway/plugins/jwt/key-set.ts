import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { headerList } from '../../header-list.js';
import { type Outbound, OutboundFailed } from '../../outbound/index.js';
import { RequestFailed } from '../../request-context.js';

/** How long a key set is used; after that it is fetched again. Source: the console guide, JWKS caching. */
const MAX_AGE_MS = 5 * 60_000;
/** A token of an unknown key has the set fetched again, but not more often than this. */
const COOLDOWN_MS = 30_000;
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;

/** The keys at a JWKS URI. `findKey` throws RequestFailed JwksUnavailable or JwksInvalid, and errors of jose. */
export interface KeySet {
  readonly findKey: JWTVerifyGetKey;
}

/** A key set that is fetched when it is needed: once for all who wait for it. */
export function remoteKeySet(uri: string, outbound: Outbound): KeySet {
  const find = createRemoteJWKSet(new URL(uri), {
    cacheMaxAge: MAX_AGE_MS,
    cooldownDuration: COOLDOWN_MS,
    // The call itself ends in time; this is only there because the library has a shorter time of its own.
    timeoutDuration: 2 * TIMEOUT_MS,
    [customFetch]: async () => Response.json(await fetchKeySet(new URL(uri), outbound)),
  });
  return {
    findKey: async (header, token) => {
      try {
        return await find(header, token);
      } catch (error) {
        if (error instanceof errors.JWKSInvalid) throw new RequestFailed({ failure: 'JwksInvalid' });
        throw error;
      }
    },
  };
}

async function fetchKeySet(url: URL, outbound: Outbound): Promise<unknown> {
  const { status, body } = await fetchAnswer(url, outbound);
  if (status !== 200) throw new RequestFailed({ failure: 'JwksUnavailable' });
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) throw new RequestFailed({ failure: 'JwksInvalid' });
    throw error;
  }
}

async function fetchAnswer(url: URL, outbound: Outbound): Promise<{ status: number; body: Buffer }> {
  const headers = headerList('Accept', 'application/jwk-set+json, application/json');
  try {
    return await outbound.call({ method: 'GET', url, headers, maxBytes: MAX_BYTES, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    if (error instanceof OutboundFailed) throw new RequestFailed({ failure: 'JwksUnavailable' });
    throw error;
  }
}
