import * as z from 'zod';

/**
 * Who may call and how often: the part of a gateway's configuration that holds without a deployment. A gateway reads
 * it whole once, page by page, and then what has changed since the page before; see contract/sync.ts.
 */

/** Names the purpose of the hashes of API keys; another label makes all stored ones worthless. */
export const API_KEY_HASH_LABEL = 'gatewright api key value';

/** Entries of one page, all kinds together, but for plans that its keys need. */
export const ACCESS_PAGE_ENTRIES = 4000;

/** The kinds of entries, in the order in which a whole document comes. */
export const accessEntryKinds = ['PLAN', 'POLICY', 'POLICY_VALUE', 'KEY'] as const;
/** A kind of entries. */
export type AccessEntryKind = (typeof accessEntryKinds)[number];

/** An API key that is connected to at least one stage of the region. */
const accessKey = z.object({
  id: z.string(),
  isActive: z.boolean(),
  /** Keyed hashes of the values that a request may show, see {@link accessPageSchema} `hashKey`. */
  hashes: z.array(z.string()),
  /** Ids of usage plans by the ids of the stages that the key may call. */
  plans: z.record(z.string(), z.string()),
});
/** An API key as gateways know it. */
export type AccessKey = z.output<typeof accessKey>;

const accessPlan = z.object({
  id: z.string(),
  /** Null: no limit. */
  requestsPerSecond: z.int().positive().nullable(),
  quota: z.object({ unit: z.enum(['DAY', 'MONTH']), limit: z.int().nonnegative() }).nullable(),
});
/** A usage plan. */
export type AccessPlan = z.output<typeof accessPlan>;

const accessPolicy = z.object({
  id: z.string(),
  keyType: z.enum(['PATH_VARIABLE', 'HEADER']),
  /** Name of the header or of the path variable, without braces. */
  keyName: z.string(),
  /** For values that have no limit of their own; null: no limit. */
  defaultRequestsPerSecond: z.int().positive().nullable(),
  /** Whether answers say how many requests are left. */
  tellsRemaining: z.boolean(),
});
/** A request restriction policy without its values. */
export type AccessPolicy = z.output<typeof accessPolicy>;

const accessPolicyValue = z.object({
  id: z.string(),
  policyId: z.string(),
  value: z.string(),
  /** Null: the policy's default. */
  requestsPerSecond: z.int().positive().nullable(),
  /** Null: addresses are not looked at. */
  addresses: z.object({ type: z.enum(['ALLOW', 'DENY']), list: z.array(z.string()) }).nullable(),
});
/** What a policy says of one value. */
export type AccessPolicyValue = z.output<typeof accessPolicyValue>;

/** Entries as they are now; one that is there already is replaced. */
export const accessPageSchema = z.object({
  /** Where this page ends; the gateway sends it back as `known`. Means something to the control plane alone. */
  cursor: z.string().max(200),
  /** True: this page begins a whole document, which takes the place of all that was known. */
  startsAnew: z.boolean(),
  /** False: the whole document goes on with the next page; it holds once it is complete. */
  isComplete: z.boolean(),
  /** Base64url key under which values of API keys are hashed (HMAC-SHA256, base64url). */
  hashKey: z.string(),
  plans: z.array(accessPlan),
  policies: z.array(accessPolicy),
  policyValues: z.array(accessPolicyValue),
  keys: z.array(accessKey),
  removed: z.array(z.object({ kind: z.enum(accessEntryKinds), id: z.string() })),
});
/** A page as checked. */
export type AccessPage = z.output<typeof accessPageSchema>;
