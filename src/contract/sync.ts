import { z } from 'zod';

/**
 * How a gateway follows the control plane, all under {@link SYNC_PREFIX} with `Authorization: Bearer GATEWAY_TOKEN`:
 *
 * - `GET  {prefix}/gateways/{gatewayId}/manifest?region=KR1&formatVersion=1&known=HASH&waitMs=4000`
 *   answers a {@link Manifest} at once when its hash is not `known`, else when it changes, else after `waitMs`.
 *   The call is also the gateway's sign of life.
 * - `GET  {prefix}/snapshots/{deploymentId}` answers `{ hash, snapshot }`.
 * - `POST {prefix}/gateways/{gatewayId}/receipts` takes {@link Receipts}, answers 204. May be repeated.
 * - `DELETE {prefix}/gateways/{gatewayId}` takes the gateway out; deployments no longer wait for it. 204.
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
