import { MAX_METRIC_ENTRIES } from '../../contract/sync.js';
import type { Counted } from './counters.js';

/** Characters of a batch; below the size of a body that the control plane takes. */
const MAX_CHARACTERS = 900_000;

type Kind = keyof Counted;
type Entry<Of extends Kind> = Counted[Of][number];
type Writable<Of> = { -readonly [Key in keyof Of]: Of[Key] };

/** How entries of a kind that speak of the same thing become one. */
interface Merging<Of extends Kind> {
  keyOf(entry: Entry<Of>): string;
  merge(known: Writable<Entry<Of>>, further: Entry<Of>): void;
}

const mergings: { readonly [Of in Kind]: Merging<Of> } = {
  counts: {
    keyOf: ({ minute, stageId, method, path }) => `${minute} ${stageId} ${method} ${path}`,
    merge: (known, further) => {
      known.status2xx += further.status2xx;
      known.status3xx += further.status3xx;
      known.status4xx += further.status4xx;
      known.status5xx += further.status5xx;
      known.statusEtc += further.statusEtc;
      known.durationMs += further.durationMs;
      known.outboundBytes += further.outboundBytes;
    },
  },
  apiKeyCounts: {
    keyOf: ({ day, stageId, apiKeyId }) => `${day} ${stageId} ${apiKeyId}`,
    merge: (known, further) => {
      known.callCount += further.callCount;
    },
  },
  quotaUses: {
    keyOf: ({ stageId, apiKeyId }) => `${stageId} ${apiKeyId}`,
    merge: (known, { periodId, used }) => {
      known.used = known.periodId === periodId ? Math.max(known.used, used) : used;
      known.periodId = periodId;
    },
  },
  routeKeys: {
    keyOf: ({ day, stageId, method, path, apiKeyId }) => `${day} ${stageId} ${method} ${path} ${apiKeyId}`,
    merge: () => undefined,
  },
};

/**
 * The counts of a batch that still grows, because nobody has been sent it: those of the same thing become one. It holds
 * no more than one batch may.
 */
export class Tally {
  private readonly entries: { readonly [Of in Kind]: Map<string, Writable<Entry<Of>>> } = {
    counts: new Map(),
    apiKeyCounts: new Map(),
    quotaUses: new Map(),
    routeKeys: new Map(),
  };
  private size = 0;
  private characters = 0;

  /** Adds what fits and gives the rest; null when all did. */
  add(counted: Counted): Counted | null {
    const rest = {
      counts: this.addAll('counts', counted),
      apiKeyCounts: this.addAll('apiKeyCounts', counted),
      quotaUses: this.addAll('quotaUses', counted),
      routeKeys: this.addAll('routeKeys', counted),
    };
    return sizeOf(rest) === 0 ? null : rest;
  }

  /** What it holds. */
  toCounted(): Counted {
    const { counts, apiKeyCounts, quotaUses, routeKeys } = this.entries;
    return {
      counts: [...counts.values()],
      apiKeyCounts: [...apiKeyCounts.values()],
      quotaUses: [...quotaUses.values()],
      routeKeys: [...routeKeys.values()],
    };
  }

  private addAll<Of extends Kind>(kind: Of, counted: Counted): Entry<Of>[] {
    const list = counted[kind] as readonly Entry<Of>[];
    return list.filter((entry) => !this.addOne(kind, entry));
  }

  private addOne<Of extends Kind>(kind: Of, entry: Entry<Of>): boolean {
    const [entries, merging] = [this.entries[kind], mergings[kind]];
    const key = merging.keyOf(entry);
    const known = entries.get(key);
    if (known) merging.merge(known, entry);
    else if (this.hasRoomFor(entry)) entries.set(key, { ...entry });
    else return false;
    return true;
  }

  private hasRoomFor(entry: object): boolean {
    if (this.size >= MAX_METRIC_ENTRIES) return false;
    // Numbers grow by adding up: room for their digits is kept.
    const characters = JSON.stringify(entry).length + 64;
    if (this.characters + characters > MAX_CHARACTERS) return false;
    this.characters += characters;
    this.size += 1;
    return true;
  }
}

/** How many entries of all kinds were counted. */
export function sizeOf({ counts, apiKeyCounts, quotaUses, routeKeys }: Counted): number {
  return counts.length + apiKeyCounts.length + quotaUses.length + routeKeys.length;
}
