import { createPublicKey } from 'node:crypto';
import * as z from 'zod';
import { MAX_CLOCK_SKEW_SECONDS, MAX_SECRET_LENGTH } from './hmac.js';
import { calledUrl, definePlugin } from './shared.js';

const values = z.array(z.string().max(1000)).max(100);

const listClaim = (validateDefault: boolean) =>
  z
    .strictObject({
      value: values.default([]),
      dataType: z.literal('Array').default('Array'),
      required: z.boolean().default(false),
      validate: validateDefault ? z.literal(true).default(true) : z.boolean().default(false),
    })
    .prefault({});

const sub = z
  .strictObject({
    value: z.string().max(1000).default(''),
    dataType: z.literal('String').default('String'),
    required: z.boolean().default(false),
    validate: z.boolean().default(false),
  })
  .refine((claim) => !claim.validate || claim.required, {
    path: ['required'],
    error: 'must be true when validate is true',
  })
  .prefault({});

const jti = z
  .strictObject({
    value: z.literal('').default(''),
    dataType: z.literal('String').default('String'),
    required: z.boolean().default(false),
    validate: z.literal(false).default(false),
  })
  .prefault({});

const date = z
  .strictObject({
    dataType: z.literal('NumericDate').default('NumericDate'),
    required: z.boolean().default(false),
    validate: z.literal(true).default(true),
  })
  .prefault({});

const claims = z
  .strictObject({ iss: listClaim(false), aud: listClaim(true), sub, jti, exp: date, iat: date, nbf: date })
  .prefault({});

/** RS256 demands keys of at least 2048 bits. Source: RFC 7518, 3.3. */
const MIN_RSA_BITS = 2048;

function isRsaPublicKey(pem: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(pem);
    return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_RSA_BITS;
  } catch {
    return false;
  }
}

const rs256 = z.discriminatedUnion('publicKeyType', [
  z.strictObject({
    publicKeyType: z.literal('RSA_PUBLIC_KEY'),
    rsaPublicKey: z
      .string()
      .max(16_384)
      .refine(isRsaPublicKey, { error: `must be an RSA public key in PEM, of at least ${MIN_RSA_BITS} bits` }),
  }),
  z.strictObject({
    publicKeyType: z.literal('JWKS_URI'),
    rsaPublicKey: calledUrl,
  }),
]);

const common = {
  clockSkew: z.int().min(0).max(MAX_CLOCK_SKEW_SECONDS).default(0),
  claimValidationCondition: claims,
};

/** JWT: root path only. clockSkew in seconds; claim conditions as the guide's defaults where they are left out. */
export const jwtPlugin = definePlugin(
  z.discriminatedUnion('encryptAlgorithm', [
    z.strictObject({
      encryptAlgorithm: z.literal('HS256'),
      hs256: z.strictObject({ secretKey: z.string().min(1).max(MAX_SECRET_LENGTH) }),
      ...common,
    }),
    z.strictObject({ encryptAlgorithm: z.literal('RS256'), rs256, ...common }),
  ]),
);
export type JwtSettings = z.output<typeof jwtPlugin.settings>;
