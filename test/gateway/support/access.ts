import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { AccessKey, AccessPage } from '../../../src/contract/access.js';
import { KeyedHash } from '../../../src/kernel/keyed-hash.js';

const hashes = new KeyedHash(Buffer.alloc(32, 7), 'test');

/** The key of the hashes, as pages hold it. */
export const hashKey = hashes.derivedKey.toString('base64url');

/** The hash under which gateways look for a key's value. */
export const hashOf = (value: string): string => hashes.of(value);

/** A key of a test: its value is its id with `-value` behind. */
export function accessKeyOf(id: string, plans: Record<string, string>, isActive = true): AccessKey {
  return { id, isActive, hashes: [hashOf(`${id}-value`), hashOf(`${id}-second`)], plans };
}

type Content = Partial<Pick<AccessPage, 'keys' | 'plans' | 'policies' | 'policyValues' | 'removed'>>;

/** The access document of a test control plane: an empty whole one, and a page for every change since. */
export class TestAccess {
  /** What gateways have asked with. */
  readonly asked: string[] = [];
  private readonly changes = new EventEmitter().setMaxListeners(0);
  private readonly pages: AccessPage[] = [];
  private begin: AccessPage[] = [this.page({}, { startsAnew: true, cursor: 'begin' })];

  /** Makes a change. */
  change(content: Content): void {
    this.pages.push(this.page(content, { cursor: `page${this.pages.length + 1}` }));
    this.changes.emit('change');
  }

  /** The cursor behind the last change. */
  get cursor(): string {
    return this.pages.at(-1)?.cursor ?? 'begin';
  }

  /** From now on a whole document comes in these parts. */
  setWhole(parts: Content[]): void {
    this.begin = parts.map((part, at) => {
      const isComplete = at === parts.length - 1;
      return this.page(part, { startsAnew: at === 0, isComplete, cursor: isComplete ? this.cursor : `part${at}` });
    });
  }

  async answer(url: URL, response: ServerResponse): Promise<void> {
    const known = url.searchParams.get('known') ?? '';
    this.asked.push(known);
    const deadline = Date.now() + Number(url.searchParams.get('waitMs'));
    const gone = once(response, 'close');
    for (;;) {
      const page = this.after(known);
      if (page) return send(response, page);
      if (Date.now() >= deadline) return send(response, this.page({}, { cursor: known }));
      if (response.destroyed) return;
      await Promise.race([
        once(this.changes, 'change'),
        gone,
        new Promise((resolve) => setTimeout(resolve, deadline - Date.now()).unref()),
      ]);
    }
  }

  /** The page after a cursor; null when there is none yet. */
  private after(known: string): AccessPage | null {
    const part = this.begin.findIndex(({ cursor }) => cursor === known);
    if (part >= 0 && part < this.begin.length - 1) return this.begin[part + 1] ?? null;
    const at = known === 'begin' ? 0 : this.pages.findIndex(({ cursor }) => cursor === known) + 1;
    if (at === 0 && known !== 'begin') return this.begin[0] ?? null;
    return this.pages[at] ?? null;
  }

  private page(content: Content, frame: Partial<AccessPage>): AccessPage {
    const empty = { plans: [], policies: [], policyValues: [], keys: [], removed: [] };
    return { cursor: '', startsAnew: false, isComplete: true, hashKey, ...empty, ...content, ...frame };
  }
}

function send(response: ServerResponse, page: AccessPage): void {
  if (response.destroyed) return;
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(page));
}
