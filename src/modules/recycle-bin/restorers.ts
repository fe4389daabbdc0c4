import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type FaultNames, type Queries, RecycleBinItemKind } from '../../database/index.js';
import type { Tenant } from '../tenancy/index.js';
import type { RecycleBinItemRow } from './recycle-bin.queries.js';

/** What a restoration did besides putting the rows back. */
export interface Restored {
  /** The item that keeps what was replaced; null when nothing was. */
  readonly replacedItemId: string | null;
  /** Custom domains that are gone or connected elsewhere. */
  readonly leftOutCustomDomains: readonly string[];
}

/** Puts back what items of some kinds keep, by the rules of its creation. */
export interface Restorer {
  /** What is locked first: the project, with which the restorer is called, or the service, which it locks itself. */
  readonly within: 'project' | 'service';
  /** What the unique indexes say of it. */
  readonly unique?: FaultNames['unique'];
  /**
   * Restores all that the item keeps, or throws. The item is locked, and project and appKey of the tenant are held.
   * @throws AppError that names what is in the way
   */
  restore(queries: Queries, tenant: Tenant, item: RecycleBinItemRow): Promise<Restored>;
}

/** Who restores what: the modules that destroy things say how they come back. */
@Injectable()
export class Restorers implements OnApplicationBootstrap {
  private readonly byKind = new Map<RecycleBinItemKind, Restorer>();

  /** Says who restores the items of a kind. Once for each, when the program starts. */
  add(kind: RecycleBinItemKind, restorer: Restorer): void {
    if (this.byKind.has(kind)) throw new Error(`There are two restorers of ${kind}`);
    this.byKind.set(kind, restorer);
  }

  of(kind: RecycleBinItemKind): Restorer {
    const restorer = this.byKind.get(kind);
    if (!restorer) throw new Error(`There is no restorer of ${kind}`);
    return restorer;
  }

  onApplicationBootstrap(): void {
    for (const kind of Object.values(RecycleBinItemKind)) this.of(kind);
  }
}
