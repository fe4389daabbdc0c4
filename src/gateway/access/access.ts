import type { AccessPage } from '../../contract/access.js';
import { AccessTable } from './access-table.js';

/** What came of a page. */
export type Taken = 'whole' | 'part' | 'changes' | 'nothing';

/** Holds who may call and how often now, and builds the next whole document beside it. */
export class Access {
  private table: AccessTable | null = null;
  /** A whole document of which pages are missing. */
  private building: AccessTable | null = null;

  /** The table that holds; null until the first whole document has been read. */
  get current(): AccessTable | null {
    return this.table;
  }

  /** Whether a whole document is being read. */
  get isBuilding(): boolean {
    return this.building !== null;
  }

  /** What to ask for next with. */
  get cursor(): string {
    return (this.building ?? this.table)?.cursor ?? '';
  }

  /**
   * Takes the next page in. A whole document holds as soon as its last page is there, changes hold at once.
   * `packedKeys` are those of a page of the copy on disk.
   * @throws Error for a page that goes on with a document that was not begun.
   */
  take(page: AccessPage, packedKeys: Buffer | null = null): Taken {
    if (page.startsAnew) this.building = new AccessTable();
    const target = this.building ?? this.table;
    if (!target) throw new Error('a page of the access document came without its beginning');
    const isMoved = page.startsAnew || page.cursor !== target.cursor;
    target.apply(page, packedKeys);
    if (!this.building) return isMoved ? 'changes' : 'nothing';
    if (!page.isComplete) return 'part';
    this.table = this.building;
    this.building = null;
    return 'whole';
  }
}
