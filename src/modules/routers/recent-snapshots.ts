import { Injectable } from '@nestjs/common';
import type { Snapshot } from '../../contract/snapshot.js';
import { canonicalJson } from '../../kernel/canonical-json.js';

/** Characters of all snapshots that are kept. */
const MAX_LENGTH = 8 * 1024 * 1024;

/** The canonical JSON of a snapshot, its secrets in the clear. */
export interface SnapshotTexts {
  /** Of all but the paths. */
  readonly frame: string;
  readonly paths: readonly string[];
}

/** Takes a snapshot apart; `textOf` gives the canonical JSON of a path. */
export function snapshotTexts(
  { paths, ...frame }: Snapshot,
  textOf: (path: unknown) => string = canonicalJson,
): SnapshotTexts {
  return { frame: canonicalJson(frame), paths: paths.map(textOf) };
}

interface Kept {
  /** Of the deployment, or another one that it was kept under. */
  name: string;
  readonly texts: Promise<SnapshotTexts>;
  /** What {@link texts} resolved to. */
  read: SnapshotTexts | null;
  length: number;
}

/** Snapshots of deployments that gateways have just asked for or soon will, so that one is told against another quickly. */
@Injectable()
export class RecentSnapshots {
  /** Those that were used last stand last. */
  private readonly kept = new Map<string, Kept>();
  private length = 0;

  /** Keeps the snapshot of a deployment. */
  keep(deploymentId: string, texts: SnapshotTexts): void {
    void this.add(deploymentId, Promise.resolve(texts));
  }

  /** Keeps a snapshot that is kept under another name, if it still is, as that of a deployment. */
  keepAs(deploymentId: string, name: string): void {
    const kept = this.kept.get(name);
    if (!kept) return;
    kept.name = deploymentId;
    this.kept.delete(name);
    this.kept.set(deploymentId, kept);
  }

  /** The snapshot of a deployment; `read` gives it when it is not kept, once for all who ask. */
  async get(deploymentId: string, read: () => Promise<SnapshotTexts>): Promise<SnapshotTexts> {
    const kept = this.kept.get(deploymentId);
    if (!kept) return this.add(deploymentId, read());
    this.kept.delete(deploymentId);
    this.kept.set(deploymentId, kept);
    return kept.texts;
  }

  private add(deploymentId: string, read: Promise<SnapshotTexts>): Promise<SnapshotTexts> {
    const texts = read.then((found) => this.share(found));
    const kept: Kept = { name: deploymentId, texts, read: null, length: 0 };
    this.remove(deploymentId);
    this.kept.set(deploymentId, kept);
    void this.weigh(kept);
    return texts;
  }

  /** The same texts; paths that another snapshot has too, which are most of a stage's, are the same string as there. */
  private share({ frame, paths }: SnapshotTexts): SnapshotTexts {
    const before = [...this.kept.values()].findLast(({ read }) => read?.frame === frame)?.read;
    const known = new Map(before?.paths.map((path) => [path, path]));
    const shared = paths.map((path) => known.get(path) ?? path);
    // JSON.stringify gives texts in pieces, which take twice the memory until somebody wants them as one, as a map does.
    for (const path of shared) known.set(path, path);
    return { frame, paths: shared };
  }

  private async weigh(kept: Kept): Promise<void> {
    const texts = await kept.texts.catch(() => null);
    if (this.kept.get(kept.name) !== kept) return;
    // Who asked hears why it could not be read; the next one reads again.
    if (texts === null) return this.remove(kept.name);
    kept.read = texts;
    kept.length = texts.paths.reduce((sum, path) => sum + path.length, texts.frame.length);
    this.length += kept.length;
    for (const oldest of this.kept.keys()) if (this.length > MAX_LENGTH) this.remove(oldest);
  }

  private remove(deploymentId: string): void {
    this.length -= this.kept.get(deploymentId)?.length ?? 0;
    this.kept.delete(deploymentId);
  }
}
