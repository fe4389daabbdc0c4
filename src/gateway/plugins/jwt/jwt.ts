import type { JWTPayload } from 'jose';
import type { JwtSettings } from '../../../contract/plugins/index.js';
import type { GatewayFailureKey } from '../../../errors/index.js';
import { RequestFailed } from '../../request-context.js';
import type { CheckServices } from '../../services.js';
import type { CheckPlace, RequestCheck } from '../step.js';
import { claimsTest } from './claims.js';
import { tokenVerifier } from './verify.js';

const BEARER = /^bearer(?:[\t ]+|$)/i;
/** Characters of a token that is looked at. */
const MAX_TOKEN_LENGTH = 16_384;

/** JWT: a request must carry a token that is signed with the setting's key and meets its conditions. */
export function checkToken(settings: JwtSettings, _place: CheckPlace, services: CheckServices): RequestCheck {
  const verify = tokenVerifier(settings, services);
  const hasGoodClaims = claimsTest(settings.claimValidationCondition, settings.clockSkew);
  const conclude = (claims: JWTPayload | null): void => {
    if (!claims || !hasGoodClaims(claims, Date.now())) refuse('JwtInvalid');
  };
  return (context) => {
    const claims = verify(readToken(context.header('authorization')));
    return claims instanceof Promise ? claims.then(conclude) : conclude(claims);
  };
}

/** The URLs that a setting has called: the one of its key set. */
export function keySetUrls(settings: JwtSettings): string[] {
  const isRemote = settings.encryptAlgorithm === 'RS256' && settings.rs256.publicKeyType === 'JWKS_URI';
  return isRemote ? [settings.rs256.rsaPublicKey] : [];
}

function readToken(authorization: string | null): string {
  const text = authorization?.trim() || refuse('JwtAuthorizationEmpty');
  const scheme = BEARER.exec(text) ?? refuse('JwtSchemeInvalid');
  const written = text.slice(scheme[0].length);
  // The console guide writes the token in quotes.
  const token = written.length > 1 && written.startsWith('"') && written.endsWith('"') ? written.slice(1, -1) : written;
  return token === '' || token.length > MAX_TOKEN_LENGTH ? refuse('JwtInvalid') : token;
}

function refuse(failure: GatewayFailureKey): never {
  throw new RequestFailed({ failure });
}
