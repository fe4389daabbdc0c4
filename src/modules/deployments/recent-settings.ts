import { Injectable } from '@nestjs/common';
import type { StageSettings } from '../stages/index.js';

/** Characters of all documents whose settings are kept; in memory they take some four times that. */
const MAX_LENGTH = 1024 * 1024;

/** The settings of a deployment, read and checked. Nobody changes them. */
export interface KnownSettings {
  /** Of the row that they were read from; see findLatestDeployment. */
  readonly version: string;
  readonly settings: StageSettings;
  /** Characters of the document. */
  readonly length: number;
}

/**
 * The settings of the newest deployments of stages, of those that were asked for last: clients ask again and again until
 * a deployment has ended, and a row that has not been written since is neither sent nor checked once more.
 */
@Injectable()
export class RecentSettings {
  /** By stage; those that were used last stand last. */
  private readonly kept = new Map<string, KnownSettings>();
  private length = 0;

  /** The settings of the newest deployment of a stage; null when this version of its row is not known. */
  get(stageId: string, version: string): StageSettings | null {
    const known = this.kept.get(stageId);
    if (known?.version !== version) return null;
    this.kept.delete(stageId);
    this.kept.set(stageId, known);
    return known.settings;
  }

  /** Keeps settings in place of what was known of the stage; none that would drive all others out. */
  keep(stageId: string, known: KnownSettings): void {
    this.remove(stageId);
    if (known.length > MAX_LENGTH) return;
    this.kept.set(stageId, known);
    this.length += known.length;
    for (const oldest of this.kept.keys()) if (this.length > MAX_LENGTH) this.remove(oldest);
  }

  private remove(stageId: string): void {
    this.length -= this.kept.get(stageId)?.length ?? 0;
    this.kept.delete(stageId);
  }
}
