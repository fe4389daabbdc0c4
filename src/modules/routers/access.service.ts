import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ACCESS_PAGE_ENTRIES, type AccessPage, API_KEY_HASH_LABEL } from '../../contract/access.js';
import { MAX_MANIFEST_WAIT_MS } from '../../contract/sync.js';
import { Database, DataKey } from '../../database/index.js';
import { KeyedHash } from '../../kernel/keyed-hash.js';
import { ReadAhead } from '../../kernel/read-ahead.js';
import { type AccessCursor, type AccessPosition, readCursor, writeCursor } from './access-cursor.rules.js';
import { type AccessPageContent, readChangesPage, readWholePage } from './access-pages.queries.js';
import { forgetOldChanges, newestPosition, readChangesAfter } from './access.queries.js';
import { Nudges } from './nudges.js';

const FORGET_INTERVAL_MS = 3_600_000;
/** Gateways that read the whole document at the same time and are read ahead for. */
const MAX_READ_AHEAD = 8;

/** A gateway's question for what has changed in its access document. */
export interface AccessQuestion {
  readonly regionCode: string;
  /** Cursor of the page before; '' for the first. */
  readonly known: string;
  readonly waitMs: number;
}

/** Hands the access document to gateways: whole, or what has changed. */
@Injectable()
export class AccessService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(AccessService.name);
  private readonly hashKey: string;
  private readonly ahead = new ReadAhead<AccessPageContent>(MAX_READ_AHEAD);
  private timer: NodeJS.Timeout | null = null;
  private forgetting: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly nudges: Nudges,
    dataKey: DataKey,
  ) {
    this.hashKey = new KeyedHash(dataKey.bytes, API_KEY_HASH_LABEL).derivedKey.toString('base64url');
  }

  /**
   * The page after `known`: at once where there is one, else when something changes, else an empty one when the wait
   * is over. `gone` aborts the wait when the gateway has hung up.
   */
  async page({ regionCode, known, waitMs }: AccessQuestion, gone: AbortSignal): Promise<AccessPage> {
    const cursor = readCursor(known);
    let content: AccessPageContent | null = null;
    if (cursor?.regionCode === regionCode) {
      content = cursor.reading ? await this.wholePage(cursor) : await this.changes(cursor, waitMs, gone);
    }
    return { ...(content ?? (await this.firstPage(regionCode))), hashKey: this.hashKey };
  }

  private async firstPage(regionCode: string): Promise<AccessPageContent> {
    const position = await newestPosition(this.database.client);
    return this.wholePage({ regionCode, position, reading: null });
  }

  /** The next page of the whole document; the one behind it is read while this one is on its way. */
  private async wholePage(place: AccessCursor): Promise<AccessPageContent> {
    const page = (await this.ahead.take(writeCursor(place))) ?? (await this.readWhole(place));
    const next = page.isComplete ? null : readCursor(page.cursor);
    if (next) this.ahead.begin(page.cursor, () => this.readWhole(next));
    return page;
  }

  private readWhole({ regionCode, position, reading }: AccessCursor): Promise<AccessPageContent> {
    return readWholePage(this.database.client, regionCode, position, reading);
  }

  /** Null when the place is not known (any more). */
  private async changes(
    { regionCode, position }: AccessCursor,
    maxWaitMs: number,
    gone: AbortSignal,
  ): Promise<AccessPageContent | null> {
    const deadline = Date.now() + Math.min(maxWaitMs, MAX_MANIFEST_WAIT_MS);
    for (;;) {
      const waitMs = deadline - Date.now();
      // Listen before reading: a change between the two must not be missed.
      const nudge = this.nudges.next(waitMs, gone);
      const page = await this.changesAfter(regionCode, position);
      if (page === null || !saysNothing(page) || waitMs <= 0 || gone.aborted || this.nudges.isClosed) {
        return page;
      }
      await nudge;
    }
  }

  /** Keys and their plans are read at one moment, so that no key comes with a plan of another time. */
  private async changesAfter(regionCode: string, position: AccessPosition): Promise<AccessPageContent | null> {
    const changes = await readChangesAfter(this.database.client, position, ACCESS_PAGE_ENTRIES);
    if (changes === null) return null;
    const [first, ...rest] = changes;
    if (first) return this.database.readAtOnce((queries) => readChangesPage(queries, regionCode, [first, ...rest]));
    const cursor = writeCursor({ regionCode, position, reading: null });
    const nothing = { keys: [], plans: [], policies: [], policyValues: [], removed: [] };
    return { cursor, startsAnew: false, isComplete: true, ...nothing };
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.forgetting = forgetOldChanges(this.database.client).catch((error: unknown) => {
        this.log.warn('old changes of the access document were not forgotten; trying again later', error);
      });
    }, FORGET_INTERVAL_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.forgetting;
  }
}

function saysNothing(page: AccessPageContent): boolean {
  return [page.keys, page.plans, page.policies, page.policyValues, page.removed].every((list) => list.length === 0);
}
