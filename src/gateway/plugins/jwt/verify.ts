import { createHash, createPublicKey, webcrypto } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, type JWTVerifyOptions } from 'jose';
import type { JwtSettings } from '../../../contract/plugins/index.js';
import { RequestFailed } from '../../request-context.js';
import type { CheckServices } from '../../services.js';
import { isInTime } from './claims.js';
import { type KeySet, remoteKeySet } from './key-set.js';

/**
 * Gives the claims of a token that is signed and in time; null for any other. Rejects with RequestFailed of a key set.
 * Waits only for a token that it has not seen.
 */
export type TokenVerifier = (token: string) => JWTPayload | null | Promise<JWTPayload | null>;

/** The way in which a setting has tokens verified. The algorithm is the setting's, whatever a token says. */
export function tokenVerifier(
  settings: JwtSettings,
  services: Pick<CheckServices, 'outbound' | 'keySets' | 'verifiedTokens'>,
): TokenVerifier {
  const options = { algorithms: [settings.encryptAlgorithm], clockTolerance: settings.clockSkew };
  if (settings.encryptAlgorithm === 'HS256') {
    const { secretKey } = settings.hs256;
    return remembering(bySecret(secretKey, options), secretKey, settings, services);
  }
  const { publicKeyType, rsaPublicKey } = settings.rs256;
  if (publicKeyType === 'RSA_PUBLIC_KEY') {
    const key = createPublicKey(rsaPublicKey);
    const verify: Verification = (token) => claimsOf(async () => (await jwtVerify(token, key, options)).payload);
    return remembering(verify, rsaPublicKey, settings, services);
  }
  const keySet = services.keySets.get(rsaPublicKey, () => remoteKeySet(rsaPublicKey, services.outbound));
  return (token) => claimsOf(() => verifyByKeySet(token, keySet, options));
}

type Verification = (token: string) => Promise<JWTPayload | null>;

/** With a key that never changes, a token needs its signature checked once. Keys of a URI may be withdrawn: not theirs. */
function remembering(
  verify: Verification,
  key: string,
  { encryptAlgorithm, clockSkew }: JwtSettings,
  { verifiedTokens }: Pick<CheckServices, 'verifiedTokens'>,
): TokenVerifier {
  const keyName = `${encryptAlgorithm} ${createHash('sha256').update(key).digest('base64url')} `;
  return (token) => {
    const known = verifiedTokens.find(keyName, token);
    if (known) return isInTime(known, Date.now(), clockSkew) ? known : null;
    return verify(token).then((claims) => {
      if (claims) verifiedTokens.remember(keyName, token, claims);
      return claims;
    });
  };
}

function bySecret(secret: string, options: JWTVerifyOptions): Verification {
  // Made with the first token, and once: the library would make it anew from the bytes with each.
  let key: Promise<webcrypto.CryptoKey> | null = null;
  const importKey = (): Promise<webcrypto.CryptoKey> =>
    webcrypto.subtle.importKey('raw', Buffer.from(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  return (token) => claimsOf(async () => (await jwtVerify(token, await (key ??= importKey()), options)).payload);
}

async function verifyByKeySet(token: string, keySet: KeySet, options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keySet.findKey, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw keyError(error);
    // The token does not say which of several keys it is signed with.
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (inner) {
        if (!(inner instanceof errors.JWSSignatureVerificationFailed)) throw keyError(inner);
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** What is no error of the token comes from a key that cannot be used: too short, or damaged. */
function keyError(error: unknown): unknown {
  if (error instanceof errors.JOSEError || error instanceof RequestFailed) return error;
  return new RequestFailed({ failure: 'JwksInvalid' });
}

async function claimsOf(verify: () => Promise<JWTPayload>): Promise<JWTPayload | null> {
  try {
    return await verify();
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}
