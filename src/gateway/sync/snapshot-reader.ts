import { applyDelta } from '../../contract/snapshot-delta.js';
import { type CanonicalTexts, contentHashSteps } from '../../kernel/canonical-json.js';
import { runInSlices, type Steps } from '../../kernel/steps.js';
import { SnapshotRefused } from '../stages/index.js';

/** What the control plane answers to the question for a snapshot. */
export interface SnapshotAnswer {
  readonly hash: string;
  /** The deployment that the snapshot is told against (contract/snapshot-delta.ts); absent: it is whole. */
  readonly base?: string | undefined;
  readonly snapshot: unknown;
}

/**
 * Gives the snapshot of a deployment, whole or as it differs from that of `base`. Throws when it cannot be had now.
 */
export type FetchSnapshot = (deploymentId: string, base: string | null) => Promise<SnapshotAnswer>;

/** A snapshot that is held. */
interface HeldSnapshot {
  readonly wanted: { readonly deploymentId: string };
  readonly snapshot: unknown;
}

/**
 * Fetches snapshots and checks that they are what the manifest names. Paths that the snapshot before has as well are the
 * same objects in both, so that what was made of them holds on. In slices, as many requests wait on this thread.
 */
export class SnapshotReader {
  /** `texts`: of paths that were read. */
  constructor(private readonly texts: CanonicalTexts) {}

  /** @throws SnapshotRefused for one with another hash, and what `fetch` throws */
  async read(
    { deploymentId, snapshotHash }: { readonly deploymentId: string; readonly snapshotHash: string },
    held: HeldSnapshot | undefined,
    fetch: FetchSnapshot,
  ): Promise<unknown> {
    const base = held?.wanted.deploymentId ?? null;
    const known = pathsOf(held?.snapshot);
    let answer = await fetch(deploymentId, base);
    if (answer.base !== undefined) {
      const snapshot = answer.base === base ? tryDelta(known, answer.snapshot) : null;
      if (answer.hash === snapshotHash && snapshot && (await this.hashOf(snapshot)) === snapshotHash) return snapshot;
      // Whatever has gone wrong with the parts, the whole decides.
      answer = await fetch(deploymentId, null);
    }
    const { hash, snapshot } = answer;
    if (hash !== snapshotHash || (await this.hashOf(snapshot)) !== hash) {
      throw new SnapshotRefused('the snapshot does not have the hash that the manifest names');
    }
    return runInSlices(this.shareSteps(known, snapshot));
  }

  private hashOf(snapshot: unknown): Promise<string> {
    return runInSlices(contentHashSteps(snapshot, this.texts.of));
  }

  /** The snapshot with the objects of the paths that are known. */
  private *shareSteps(known: readonly unknown[], snapshot: unknown): Steps<unknown> {
    const paths = pathsOf(snapshot);
    if (known.length === 0 || paths.length === 0) return snapshot;
    const byText = new Map<string, unknown>();
    for (const path of known) {
      byText.set(this.texts.of(path), path);
      yield;
    }
    return { ...(snapshot as object), paths: paths.map((path) => byText.get(this.texts.of(path)) ?? path) };
  }
}

function tryDelta(known: readonly unknown[], delta: unknown): unknown {
  try {
    return applyDelta(known, delta);
  } catch {
    // It is no delta of what is held: the whole is asked for instead.
    return null;
  }
}

/** The paths of a snapshot that may be anything. */
function pathsOf(snapshot: unknown): readonly unknown[] {
  const paths: unknown = typeof snapshot === 'object' && snapshot !== null && 'paths' in snapshot ? snapshot.paths : [];
  return Array.isArray(paths) ? paths : [];
}
