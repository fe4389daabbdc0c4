import { MAX_METRIC_ENTRIES } from '../../contract/sync.js';
import type { ApiKeyCount, Counted, RouteCount } from './counters.js';

/** Characters of a batch; below the size of a body that the control plane takes. */
const MAX_CHARACTERS = 900_000;

type Sums<Count> = { -readonly [Key in keyof Count]: Count[Key] };

/**
 * The counts of a batch that still grows, because nobody has been sent it: those of the same route and minute are
 * added up. It holds no more than one batch may.
 */
export class Tally {
  private readonly counts = new Map<string, Sums<RouteCount>>();
  private readonly apiKeyCounts = new Map<string, Sums<ApiKeyCount>>();
  private characters = 0;

  /** Adds what fits and gives the rest; null when all did. */
  add({ counts, apiKeyCounts }: Counted): Counted | null {
    const rest: Counted = { counts: [], apiKeyCounts: [] };
    for (const count of counts) if (!this.addCount(count)) rest.counts.push(count);
    for (const count of apiKeyCounts) if (!this.addApiKeyCount(count)) rest.apiKeyCounts.push(count);
    return rest.counts.length + rest.apiKeyCounts.length === 0 ? null : rest;
  }

  /** What it holds. */
  toCounted(): Counted {
    return { counts: [...this.counts.values()], apiKeyCounts: [...this.apiKeyCounts.values()] };
  }

  private addCount(count: RouteCount): boolean {
    const key = `${count.minute} ${count.stageId} ${count.method} ${count.path}`;
    const known = this.counts.get(key);
    if (!known) return this.hasRoomFor(count) && Boolean(this.counts.set(key, { ...count }));
    known.status2xx += count.status2xx;
    known.status3xx += count.status3xx;
    known.status4xx += count.status4xx;
    known.status5xx += count.status5xx;
    known.statusEtc += count.statusEtc;
    known.durationMs += count.durationMs;
    known.outboundBytes += count.outboundBytes;
    return true;
  }

  private addApiKeyCount(count: ApiKeyCount): boolean {
    const key = `${count.day} ${count.stageId} ${count.apiKeyId}`;
    const known = this.apiKeyCounts.get(key);
    if (!known) return this.hasRoomFor(count) && Boolean(this.apiKeyCounts.set(key, { ...count }));
    known.callCount += count.callCount;
    return true;
  }

  private hasRoomFor(count: object): boolean {
    if (this.counts.size + this.apiKeyCounts.size >= MAX_METRIC_ENTRIES) return false;
    // Numbers grow by adding up: room for their digits is kept.
    const characters = JSON.stringify(count).length + 64;
    if (this.characters + characters > MAX_CHARACTERS) return false;
    this.characters += characters;
    return true;
  }
}
