import * as z from 'zod';
import { httpMethod } from './plugins/shared.js';

/**
 * How a gateway follows the control plane, all under {@link SYNC_PREFIX} with `Authorization: Bearer GATEWAY_TOKEN`.
 * A token is of a server group, and sees and changes nothing of another: 401 for one that is unknown or revoked (at
 * once; a call that waits then ends with 401 too), 403 for another region than its own and for a gatewayId that is
 * another token's, 404 for a snapshot of another group. A gatewayId belongs to the token that its first manifest was
 * asked for with, until it signs off or the token is revoked. The shared token of the settings is good for every region.
 * Where TLS_CLIENT_CA_FILE is set a call without a certificate is answered 401 whatever its token.
 *
 * - `GET  {prefix}/gateways/{gatewayId}/manifest?region=KR1&formatVersion=1&known=HASH&waitMs=4000`
 *   answers a {@link Manifest} at once when its hash is not `known`, else when it changes, else after `waitMs`.
 *   The call is also the gateway's sign of life.
 * - `GET  {prefix}/gateways/{gatewayId}/access?region=KR1&known=CURSOR&waitMs=4000` answers an AccessPage of
 *   contract/access.ts: the one after `known`, waited for as the manifest is.
 * - `GET  {prefix}/snapshots/{deploymentId}` answers `{ hash, snapshot }`. When a deployment of the same stage is named by
 *   SNAPSHOT_BASE_HEADER it may answer `{ hash, base, snapshot }` with a delta against it; see snapshot-delta.ts.
 * - `POST {prefix}/gateways/{gatewayId}/receipts` takes {@link Receipts}, answers 204. May be repeated. Those of things
 *   that are gone, or another server group's, change nothing; nor do such counts.
 * - `POST {prefix}/gateways/{gatewayId}/metrics` takes a {@link MetricBatch}, answers 204. May be repeated.
 * - `DELETE {prefix}/gateways/{gatewayId}` takes the gateway out; deployments no longer wait for it. 204.
 *
 * Both sides may be one version apart. Whoever reads a message passes over members that it does not know, but for
 * snapshots: what a gateway does not know it must not leave out. See docs/decisions/0012.
 */
export const SYNC_PREFIX = '/internal/v1';

/** How long one manifest call may be held. A lost nudge is made good after this time. */
export const MAX_MANIFEST_WAIT_MS = 4000;

/** A gateway that has not asked for this long is not alive: deployments no longer wait for it. */
export const GATEWAY_ALIVE_MS = 10_000;

/** What the gateways of a region should serve. */
export const manifestSchema = z.object({
  /** SHA-256 over `stages`; the gateway sends it back as `known`. */
  hash: z.string(),
  stages: z.array(
    z.object({
      stageId: z.string(),
      /** Host names without port, lower case. */
      hosts: z.array(z.string()),
      deploymentId: z.string(),
      /** SHA-256 of the canonical JSON of the snapshot. */
      snapshotHash: z.string(),
    }),
  ),
});
/** A manifest as checked. */
export type Manifest = z.output<typeof manifestSchema>;
/** One stage of a manifest. */
export type ManifestStage = Manifest['stages'][number];

/** What a gateway says of the deployments of a manifest. */
export const receiptsSchema = z.object({
  receipts: z
    .array(
      z.object({
        deploymentId: z.string().max(100),
        snapshotHash: z.string().max(100),
        /** Null: the gateway serves it. Else why it kept what it had. */
        refusal: z.string().max(2000).nullable(),
      }),
    )
    .max(10_000),
});
/** Receipts as checked. */
export type Receipts = z.output<typeof receiptsSchema>;
/** What a gateway says of one deployment. */
export type Receipt = Receipts['receipts'][number];

/** Entries of one batch, both lists together; a batch also fits into a body of 1 MB. A gateway with more sends more. */
export const MAX_METRIC_ENTRIES = 2000;

/** Counts of minutes that lie further back are dropped. */
export const METRIC_RETENTION_DAYS = 90;

/** How long the control plane knows a batch again. A gateway does not repeat it after that. */
export const METRIC_BATCH_MEMORY_DAYS = 3;

/** No number of a batch is larger, so that no sum of them overflows. */
const MAX_COUNT = 1_000_000_000_000;

const count = z.int().min(0).max(MAX_COUNT);
const printable = (length: number) =>
  z
    .string()
    .max(length)
    .regex(/^[\x21-\x7e]+$/);

/** Calls of a route of a stage within one minute. */
const routeCount = z.object({
  stageId: printable(100),
  /** Any time of the minute, ISO 8601, in UTC. */
  minute: z.iso.datetime(),
  /** The route as the snapshot writes it; both null for calls that matched no route, which count for the stage alone. */
  path: printable(255).nullable(),
  method: httpMethod.nullable(),
  status2xx: count,
  status3xx: count,
  status4xx: count,
  status5xx: count,
  /** Calls with another status, and those that ended without one. */
  statusEtc: count,
  /** Sum over the calls: from the request's first byte to the answer's last. */
  durationMs: count,
  /** Sum of what was sent to the clients. */
  outboundBytes: count,
});

/** Calls with an API key to a stage on one day. */
const apiKeyCount = z.object({
  apiKeyId: printable(100),
  stageId: printable(100),
  /** Day in UTC, YYYY-MM-DD. */
  day: z.iso.date(),
  callCount: count,
});

/** How much of its quota in a stage an API key has used, as the counter says that the gateway asks. */
const quotaUse = z.object({
  apiKeyId: printable(100),
  stageId: printable(100),
  /** `2026-11-21` or `2026-11`, in UTC. */
  periodId: z.string().regex(/^\d{4}-\d\d(-\d\d)?$/),
  /** Up to the quota. */
  used: count,
});

/** That an API key has called a route on one day. */
const routeKey = z.object({
  apiKeyId: printable(100),
  stageId: printable(100),
  path: printable(255),
  method: httpMethod,
  /** Day in UTC, YYYY-MM-DD. */
  day: z.iso.date(),
});

/** API keys of one route and day that a gateway tells of; further ones it leaves out. */
export const MAX_KEYS_OF_ROUTE = 1000;

/**
 * What a gateway has counted since its last batch. It is taken once, however often it is sent: the id, which the
 * gateway makes, tells. Counts of stages and keys that do not exist (any more), of minutes before the retention and
 * of minutes to come are dropped; the rest is taken.
 */
export const metricBatchSchema = z
  .object({
    batchId: printable(100),
    counts: z.array(routeCount).max(MAX_METRIC_ENTRIES),
    apiKeyCounts: z.array(apiKeyCount).max(MAX_METRIC_ENTRIES),
    /** Absent from gateways of before; so is routeKeys. */
    quotaUses: z.array(quotaUse).max(MAX_METRIC_ENTRIES).default([]),
    routeKeys: z.array(routeKey).max(MAX_METRIC_ENTRIES).default([]),
  })
  .refine(({ batchId: _id, ...lists }) => Object.values(lists).flat().length <= MAX_METRIC_ENTRIES, {
    error: `must not have more than ${MAX_METRIC_ENTRIES} entries`,
  });
/** A batch as checked. */
export type MetricBatch = z.output<typeof metricBatchSchema>;
