import type { JWTPayload } from 'jose';
import type { JwtSettings } from '../../../contract/plugins/index.js';

type Conditions = JwtSettings['claimValidationCondition'];

/** Whether the claims of a token meet conditions. */
export type ClaimsTest = (claims: JWTPayload, nowMs: number) => boolean;

const NAMES = ['iss', 'aud', 'sub', 'jti', 'exp', 'iat', 'nbf'] as const;

/**
 * The conditions of a setting, but for exp and nbf, whose times are checked with the signature.
 * A claim that has its value checked is refused with another value, also when it need not be there.
 */
export function claimsTest(conditions: Conditions, clockSkewSeconds: number): ClaimsTest {
  const required = NAMES.filter((name) => conditions[name].required);
  const { iss, aud, sub } = conditions;
  const issuers = iss.validate ? new Set(iss.value) : null;
  const audiences = aud.validate ? new Set(aud.value) : null;
  return (claims, nowMs) => {
    for (const name of required) if (isAbsent(claims[name])) return false;
    if (issuers && !isAbsent(claims.iss) && !hasOne(claims.iss, issuers)) return false;
    if (audiences && !isAbsent(claims.aud) && !hasOne(claims.aud, audiences)) return false;
    if (sub.validate && !isAbsent(claims.sub) && claims.sub !== sub.value) return false;
    return claims.iat === undefined || claims.iat <= nowMs / 1000 + clockSkewSeconds;
  };
}

/** Whether the times of a token that was in time before hold still (RFC 7519, 4.1.4 and 4.1.5). */
export function isInTime({ exp, nbf }: JWTPayload, nowMs: number, clockSkewSeconds: number): boolean {
  const nowSeconds = Math.floor(nowMs / 1000);
  if (exp !== undefined && exp <= nowSeconds - clockSkewSeconds) return false;
  return nbf === undefined || nbf <= nowSeconds + clockSkewSeconds;
}

function isAbsent(claim: unknown): boolean {
  return claim === undefined || claim === null;
}

function hasOne(claim: unknown, values: ReadonlySet<string>): boolean {
  return Array.isArray(claim) ? claim.some((one) => values.has(one as string)) : values.has(claim as string);
}
