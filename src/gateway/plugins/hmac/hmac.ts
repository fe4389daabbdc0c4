import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { HmacSettings } from '../../../contract/plugins/index.js';
import type { GatewayFailureKey } from '../../../errors/index.js';
import { type RequestContext, RequestFailed } from '../../request-context.js';
import type { RequestCheck } from '../step.js';
import { type Credential, readCredential } from './credential.js';
import { readDate } from './date.js';
import { DATE_HEADER, signedText } from './signed-text.js';

const DIGESTS = new Map([
  ['HmacSHA1', 'sha1'],
  ['HmacSHA256', 'sha256'],
]);
const SCHEME = /^hmac(?=[\t ]|$)/i;
/** Headers that a request may sign: each costs a look through all that it has. */
const MAX_SIGNED_HEADERS = 100;

/** HMAC: a request must be signed with the secret, and its date be near. Source: the console guide's rules for clients. */
export function checkSignature({ secretKey, clockSkewSeconds, enforceHeaders }: HmacSettings): RequestCheck {
  const secret = createSecretKey(secretKey, 'utf8');
  const enforced = enforceHeaders.map((name) => name.toLowerCase());
  const clockSkewMs = clockSkewSeconds * 1000;
  return (context) => {
    const credential = readAuthorization(context);
    const digest = DIGESTS.get(credential.get('algorithm') ?? '') ?? refuse('HmacAlgorithmInvalid');
    const signature = credential.get('signature') || refuse('HmacSignatureEmpty');
    const listed = listedHeaders(credential);
    for (const name of enforced) {
      if (!listed.includes(name) || context.header(name) === null) refuse('HmacHeadersMissing');
    }
    const date = context.header(DATE_HEADER) || refuse('HmacDateEmpty');
    const sentAtMs = readDate(date) ?? refuse('HmacDateInvalid');
    if (clockSkewMs > 0 && Math.abs(Date.now() - sentAtMs) > clockSkewMs) refuse('HmacExpired');
    if (!isSignedBy(secret, digest, signedText(context, date, listed), signature)) refuse('HmacSignatureInvalid');
  };
}

function readAuthorization(context: RequestContext): Credential {
  const authorization = context.header('authorization')?.trim() || refuse('HmacAuthorizationEmpty');
  if (!SCHEME.test(authorization)) refuse('HmacSchemeInvalid');
  return readCredential(authorization.slice('hmac'.length)) ?? refuse('HmacSignatureInvalid');
}

/** Lower-case names, in the order in which they are signed. */
function listedHeaders(credential: Credential): string[] {
  const names = (credential.get('headers') ?? '').split(',', MAX_SIGNED_HEADERS + 1);
  if (names.length > MAX_SIGNED_HEADERS) refuse('HmacSignatureInvalid');
  return names.map((name) => name.trim().toLowerCase()).filter((name) => name !== '');
}

function isSignedBy(secret: KeyObject, digest: string, text: string, signature: string): boolean {
  const expected = Buffer.from(createHmac(digest, secret).update(text, 'latin1').digest('base64'));
  const given = Buffer.from(signature, 'latin1');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function refuse(failure: GatewayFailureKey): never {
  throw new RequestFailed({ failure });
}
