import * as z from 'zod';
import type { QuotaPeriod } from '../../kernel/quota-period.js';

/** What was used of one quota. */
export interface QuotaEntry {
  readonly key: string;
  readonly periodId: string;
  readonly endsAtMs: number;
  used: number;
  /** The part of `used` that the shared store has not been told. */
  untold: number;
  /** Whether it is to be stored. */
  isChanged: boolean;
}

/** Entries as they are stored, with {@link QuotaLedger.storeRun}. */
export const storedQuotas = z.object({
  run: z.string(),
  entries: z.array(z.tuple([z.string(), z.string(), z.number(), z.number(), z.number()])),
});
/** Entries as they are stored. */
export type StoredQuotas = z.output<typeof storedQuotas>;

/** What was used of quotas in the periods that run, as far as this gateway knows. */
export class QuotaLedger {
  private readonly entries = new Map<string, QuotaEntry>();
  private changed: QuotaEntry[] = [];
  private readonly untold = new Set<QuotaEntry>();

  get size(): number {
    return this.entries.size;
  }

  /** The run of the shared store that knows what the entries say, but for what it was not told; '' for none. */
  storeRun = '';

  /** Called when something is to be stored that was not before. */
  onChange: () => void = () => undefined;

  /** Counts a request unless the limit is reached. Gives what is left, -1 when it is refused. */
  take({ key, limit, period }: { key: string; limit: number; period: QuotaPeriod }, isTold: boolean): number {
    const entry = this.entry(key, period.id, period.endsAtMs);
    if (entry.used >= limit) return -1;
    entry.used += 1;
    if (!isTold) {
      entry.untold += 1;
      this.untold.add(entry);
    }
    this.note(entry);
    return limit - entry.used;
  }

  /** Notes what the shared store has said. */
  learn(key: string, period: QuotaPeriod, used: number): void {
    const entry = this.entry(key, period.id, period.endsAtMs);
    if (entry.used >= used + entry.untold) return;
    entry.used = used + entry.untold;
    this.note(entry);
  }

  /** Notes that the shared store has been told of `count` requests, and how many it knows now. */
  told(entry: QuotaEntry, count: number, used: number): void {
    entry.untold -= count;
    if (entry.untold <= 0) this.untold.delete(entry);
    entry.used = Math.max(entry.used, used + entry.untold);
    this.note(entry);
  }

  /** Entries of which the shared store has not been told all. */
  untoldEntries(): QuotaEntry[] {
    return [...this.untold];
  }

  /** All entries of periods that run. */
  *running(nowMs: number): Generator<QuotaEntry> {
    for (const entry of this.entries.values()) if (entry.endsAtMs > nowMs) yield entry;
  }

  /** What has changed since the last call, to be stored. */
  takeChanged(): StoredQuotas {
    // One whose period has been followed by another is no longer to be stored.
    const entries = this.changed.filter(({ isChanged }) => isChanged);
    this.changed = [];
    for (const entry of entries) entry.isChanged = false;
    return { run: this.storeRun, entries: entries.map(toStored) };
  }

  /** Forgets periods that are over and gives all others, to be stored. */
  *all(nowMs: number, sliceSize: number): Generator<StoredQuotas> {
    let slice: StoredQuotas['entries'] = [];
    for (const entry of this.entries.values()) {
      if (entry.endsAtMs <= nowMs) {
        this.entries.delete(entry.key);
        this.untold.delete(entry);
        continue;
      }
      slice.push(toStored(entry));
      if (slice.length < sliceSize) continue;
      yield { run: this.storeRun, entries: slice };
      slice = [];
    }
    if (slice.length > 0) yield { run: this.storeRun, entries: slice };
  }

  /** Takes in what was stored; later entries hold. */
  restore({ run, entries }: StoredQuotas, nowMs: number): void {
    this.storeRun = run;
    for (const [key, periodId, endsAtMs, used, untold] of entries) {
      if (endsAtMs <= nowMs) continue;
      const entry = { key, periodId, endsAtMs, used, untold, isChanged: false };
      const before = this.entries.get(key);
      if (before) this.untold.delete(before);
      this.entries.set(key, entry);
      if (untold > 0) this.untold.add(entry);
    }
  }

  private entry(key: string, periodId: string, endsAtMs: number): QuotaEntry {
    const known = this.entries.get(key);
    if (known?.periodId === periodId) return known;
    if (known) {
      this.untold.delete(known);
      known.isChanged = false;
    }
    const entry = { key, periodId, endsAtMs, used: 0, untold: 0, isChanged: false };
    this.entries.set(key, entry);
    return entry;
  }

  private note(entry: QuotaEntry): void {
    if (entry.isChanged) return;
    entry.isChanged = true;
    if (this.changed.length === 0) this.onChange();
    this.changed.push(entry);
  }
}

function toStored({ key, periodId, endsAtMs, used, untold }: QuotaEntry): StoredQuotas['entries'][number] {
  return [key, periodId, endsAtMs, used, untold];
}
