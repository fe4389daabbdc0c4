import { createPublicKey, webcrypto } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, type JWTVerifyOptions } from 'jose';
import type { JwtSettings } from '../../../contract/plugins/index.js';
import { RequestFailed } from '../../request-context.js';
import type { CheckServices } from '../../services.js';
import { type KeySet, remoteKeySet } from './key-set.js';

/** Gives the claims of a token that is signed and in time; null for any other. Rejects with RequestFailed of a key set. */
export type TokenVerifier = (token: string) => Promise<JWTPayload | null>;

/** The way in which a setting has tokens verified. The algorithm is the setting's, whatever a token says. */
export function tokenVerifier(
  settings: JwtSettings,
  services: Pick<CheckServices, 'outbound' | 'keySets'>,
): TokenVerifier {
  const options = { algorithms: [settings.encryptAlgorithm], clockTolerance: settings.clockSkew };
  if (settings.encryptAlgorithm === 'HS256') return bySecret(settings.hs256.secretKey, options);
  const { publicKeyType, rsaPublicKey } = settings.rs256;
  if (publicKeyType === 'RSA_PUBLIC_KEY') {
    const key = createPublicKey(rsaPublicKey);
    return (token) => claimsOf(async () => (await jwtVerify(token, key, options)).payload);
  }
  const keySet = services.keySets.get(rsaPublicKey, () => remoteKeySet(rsaPublicKey, services.outbound));
  return (token) => claimsOf(() => verifyByKeySet(token, keySet, options));
}

function bySecret(secret: string, options: JWTVerifyOptions): TokenVerifier {
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
