import type { Manifest, ManifestStage, Receipt } from '../../contract/sync.js';
import { CanonicalTexts, contentHash } from '../../kernel/canonical-json.js';
import { runAtOnce, runInSlices } from '../../kernel/steps.js';
import { errorFields, type Log } from '../log.js';
import type { CheckServices } from '../services.js';
import {
  type BuiltPaths,
  type CurrentStages,
  type LoadedStage,
  loadStage,
  type ReopenedStage,
  reopenStage,
  SnapshotRefused,
} from '../stages/index.js';
import { type DiskCopy, noteLeftOut, type StoredStage } from './disk-copy.js';
import { type FetchSnapshot, SnapshotReader } from './snapshot-reader.js';

interface HeldStage {
  readonly wanted: ManifestStage;
  readonly snapshot: unknown;
  readonly stage: LoadedStage;
}

type Taken = HeldStage | { readonly refusal: string } | { readonly unfetched: unknown };

/** What came of a manifest. */
export interface Applied {
  /** For all stages of the manifest whose snapshot could be had. */
  readonly receipts: Receipt[];
  /** Why snapshots could not be had; empty when all could. */
  readonly unfetched: unknown[];
}

/** What the gateway serves and keeps on disk, brought in line with manifests. */
export class Configuration {
  private held = new Map<string, HeldStage>();
  /** Why a deployment was refused, so that it is not fetched again and again. */
  private refusals = new Map<string, string>();
  /** Stages whose file is not as it should be: to be written, or to be removed. */
  private readonly unsaved = new Set<string>();
  /** Why a stage could not be stored, said once and not with every try. */
  private readonly unsavedReasons = new Map<string, string>();
  /** What of the stages from disk is still to be built, by stage. */
  private unfinished = new Map<string, ReopenedStage['rest']>();
  private finishing: Promise<void> = Promise.resolve();
  private readonly texts = new CanonicalTexts();
  private readonly reader = new SnapshotReader(this.texts);
  private readonly built: BuiltPaths = new WeakMap();

  constructor(
    private readonly stages: CurrentStages,
    private readonly disk: DiskCopy,
    private readonly services: CheckServices,
    private readonly log: Log,
  ) {}

  /** Stages that are served. */
  get stageCount(): number {
    return this.held.size;
  }

  /**
   * Serves what lay on disk. What cannot be served is left out with a log line. Routes are built when a request needs
   * them, until {@link finishLoading} has built the others.
   */
  open(stages: readonly StoredStage[]): void {
    for (const stored of stages) {
      const { stage: wanted, snapshot } = stored;
      try {
        this.held.set(wanted.stageId, { wanted, snapshot, stage: this.openStage(stored) });
      } catch (error) {
        if (!(error instanceof SnapshotRefused)) throw error;
        noteLeftOut(this.log, wanted.stageId, error);
      }
    }
    if (this.held.size > 0) this.swap();
  }

  /** Builds, beside requests, what {@link open} has left. A stage of which something cannot be built is left out. */
  finishLoading(): void {
    this.finishing = this.buildUnfinished();
  }

  /**
   * Brings what is served in line with a manifest: builds everything beside, swaps all at once, then writes to disk.
   * A stage whose snapshot is refused, or cannot be had now, keeps what it had.
   */
  async apply(manifest: Manifest, fetch: FetchSnapshot): Promise<Applied> {
    // Only a stage of which all is built may be called served.
    await this.finishing;
    const next = new Map<string, HeldStage>();
    const refusals = new Map<string, string>();
    const receipts: Receipt[] = [];
    const unfetched: unknown[] = [];
    for (const wanted of manifest.stages) {
      const { stageId, deploymentId, snapshotHash, hosts } = wanted;
      const held = this.held.get(stageId);
      const taken = await this.take(wanted, held, fetch);
      if ('stage' in taken) next.set(stageId, taken);
      // The host names do not belong to the deployment; they hold for what is kept as well.
      else if (held) next.set(stageId, { ...held, wanted: { ...held.wanted, hosts } });
      if ('unfetched' in taken) {
        unfetched.push(taken.unfetched);
        continue;
      }
      const refusal = 'refusal' in taken ? taken.refusal : null;
      if (refusal !== null) refusals.set(deploymentId, refusal);
      receipts.push({ deploymentId, snapshotHash, refusal });
    }
    this.noteChanges(next);
    this.held = next;
    this.refusals = refusals;
    this.swap();
    await this.save();
    return { receipts, unfetched };
  }

  /** Writes what could not be written before. Never throws: what is served does not depend on the disk. */
  async save(): Promise<void> {
    for (const stageId of Array.from(this.unsaved)) {
      const held = this.held.get(stageId);
      try {
        if (held) await this.write(held);
        else await this.disk.remove(stageId);
        this.unsaved.delete(stageId);
        this.unsavedReasons.delete(stageId);
      } catch (error) {
        if (this.unsavedReasons.get(stageId) !== String(error)) {
          this.log('error', 'a stage could not be stored', { stageId, ...errorFields(error) });
        }
        this.unsavedReasons.set(stageId, String(error));
      }
    }
  }

  private write({ wanted, snapshot, stage }: HeldStage): Promise<void> {
    return this.disk.write({ stage: wanted, snapshot, origins: stage.origins }, this.texts.of);
  }

  private openStage({ stage: { stageId }, snapshot, origins }: StoredStage): LoadedStage {
    if (!origins) {
      this.unsaved.add(stageId);
      return runAtOnce(loadStage(snapshot, this.services, this.built));
    }
    const { stage, rest } = reopenStage(snapshot, origins, this.services, this.built);
    this.unfinished.set(stageId, rest);
    return stage;
  }

  /** Never rejects. */
  private async buildUnfinished(): Promise<void> {
    for (const [stageId, rest] of this.unfinished) {
      try {
        await runInSlices(rest);
      } catch (error) {
        noteLeftOut(this.log, stageId, error);
        this.held.delete(stageId);
        this.swap();
      }
    }
    this.unfinished.clear();
  }

  /** Gives the wanted stage, or why it is refused, or why its snapshot cannot be had. */
  private async take(wanted: ManifestStage, held: HeldStage | undefined, fetch: FetchSnapshot): Promise<Taken> {
    if (held?.wanted.snapshotHash === wanted.snapshotHash) return { ...held, wanted };
    const known = this.refusals.get(wanted.deploymentId);
    if (known !== undefined) return { refusal: known };
    try {
      const snapshot = await this.reader.read(wanted, held, fetch);
      const steps = loadStage(snapshot, this.services, this.built, held?.stage);
      return { wanted, snapshot, stage: await runInSlices(steps) };
    } catch (error) {
      if (!(error instanceof SnapshotRefused)) return { unfetched: error };
      const { stageId, deploymentId } = wanted;
      this.log('error', 'a snapshot was refused', { stageId, deploymentId, reason: error.message });
      return { refusal: error.message };
    }
  }

  private noteChanges(next: ReadonlyMap<string, HeldStage>): void {
    for (const stageId of this.held.keys()) if (!next.has(stageId)) this.unsaved.add(stageId);
    for (const [stageId, { wanted }] of next) {
      const before = this.held.get(stageId)?.wanted;
      if (contentHash(before ?? null) !== contentHash(wanted)) this.unsaved.add(stageId);
    }
  }

  private swap(): void {
    this.stages.swap([...this.held.values()].map(({ wanted, stage }) => ({ hosts: wanted.hosts, stage })));
  }
}
