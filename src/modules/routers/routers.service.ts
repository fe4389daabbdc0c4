import { Injectable } from '@nestjs/common';
import { type Manifest, MAX_MANIFEST_WAIT_MS } from '../../contract/sync.js';
import { mapSnapshotSecrets } from '../../contract/snapshot-secrets.js';
import type { Snapshot } from '../../contract/snapshot.js';
import { deltaOfPaths } from '../../contract/snapshot-delta.js';
import { Database } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { SecretBox } from '../../kernel/secret-box.js';
import { Settings } from '../../http/index.js';
import type { GatewayCaller } from './admission/gateway-caller.js';
import { Nudges } from './nudges.js';
import { RecentSnapshots, type SnapshotTexts, snapshotTexts } from './recent-snapshots.js';
import { findManifest, findSnapshotHash, findSnapshotText, removeGateway, touchGateway } from './routers.queries.js';

/** A gateway's question for what it should serve. */
export interface ManifestQuestion {
  readonly gatewayId: string;
  readonly regionCode: string;
  readonly formatVersion: number;
  /** Hash of the manifest that the gateway has; '' for none. */
  readonly known: string;
  readonly waitMs: number;
}

/** What gateways ask of the control plane. */
@Injectable()
export class RoutersService {
  constructor(
    private readonly database: Database,
    private readonly nudges: Nudges,
    private readonly box: SecretBox,
    private readonly settings: Settings,
    private readonly recent: RecentSnapshots,
  ) {}

  /**
   * Answers when the manifest is another than `known`, or when the wait is over; counts as a sign of life.
   * `gone` aborts the wait when the gateway has hung up.
   * @throws AppError SERVER_GROUP_NOT_FOUND for a region without a server group, TOKEN_INVALID for a token that was just
   * revoked.
   */
  async manifest({ scope }: GatewayCaller, question: ManifestQuestion, gone: AbortSignal): Promise<Manifest> {
    const deadline = Date.now() + Math.min(question.waitMs, MAX_MANIFEST_WAIT_MS);
    const gateway = { ...question, id: question.gatewayId };
    const isSharedTokenOn = this.settings.gatewayToken !== undefined;
    if (!(await touchGateway(this.database.client, gateway, scope, isSharedTokenOn))) {
      throw new AppError(scope === null ? 'SERVER_GROUP_NOT_FOUND' : 'TOKEN_INVALID');
    }
    for (;;) {
      const waitMs = deadline - Date.now();
      // Listen before reading: a change between the two must not be missed.
      const nudge = this.nudges.next(waitMs, gone);
      const manifest = await findManifest(this.database.client, question.regionCode);
      const isOver = waitMs <= 0 || gone.aborted || this.nudges.isClosed;
      if (manifest && (isOver || manifest.hash !== question.known)) return manifest;
      await nudge;
    }
  }

  /**
   * What a deployment of the caller's server group serves, its secrets in the clear: gateways need them. It is JSON text,
   * as the database gives it where nothing is sealed: all gateways ask at once, and it can be large. Where `base` is a
   * deployment of the same stage it is told as it differs from that.
   * @throws AppError DEPLOYMENT_NOT_FOUND
   * @throws Error when the secrets were sealed under another key.
   */
  async snapshot({ scope }: GatewayCaller, deploymentId: string, base: string | null): Promise<string> {
    const question = { deploymentId, base, serverGroupId: scope?.serverGroupId ?? null };
    const found = await findSnapshotHash(this.database.client, question);
    if (!found) throw new AppError('DEPLOYMENT_NOT_FOUND');
    const { hash, hasBase } = found;
    if (base === null || !hasBase) return answerText({ hash }, this.opened(await this.readStored(deploymentId)));
    const [from, to] = await Promise.all([this.textsOf(base), this.textsOf(deploymentId)]);
    const paths = deltaOfPaths(from.paths, to.paths).map((item) =>
      typeof item === 'string' ? item : `[${item.join()}]`,
    );
    return answerText({ hash, base }, `${to.frame.slice(0, -1)},"paths":[${paths.join()}]}`);
  }

  private textsOf(deploymentId: string): Promise<SnapshotTexts> {
    const read = async () => JSON.parse(this.opened(await this.readStored(deploymentId))) as Snapshot;
    return this.recent.get(deploymentId, async () => snapshotTexts(await read()));
  }

  /** @throws AppError DEPLOYMENT_NOT_FOUND */
  private async readStored(deploymentId: string): Promise<string> {
    const stored = await findSnapshotText(this.database.client, deploymentId);
    if (stored === null) throw new AppError('DEPLOYMENT_NOT_FOUND');
    return stored;
  }

  private opened(snapshot: string): string {
    if (!SecretBox.isIn(snapshot)) return snapshot;
    return JSON.stringify(mapSnapshotSecrets(JSON.parse(snapshot) as Snapshot, (secret) => this.box.open(secret)));
  }

  /** Takes a gateway that stops out of the count. */
  async remove({ scope }: GatewayCaller, gatewayId: string): Promise<void> {
    await removeGateway(this.database.client, gatewayId, scope);
  }
}

function answerText(head: { readonly hash: string; readonly base?: string }, snapshot: string): string {
  return `${JSON.stringify(head).slice(0, -1)},"snapshot":${snapshot}}`;
}
