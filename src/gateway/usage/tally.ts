import { MAX_METRIC_ENTRIES } from '../../contract/sync.js';
import type { Counted, CountedEntry, CountedKind } from './counters.js';
import { isNewerWord } from './key-counters.js';

/** Characters of a batch; below the size of a body that the control plane takes. */
const MAX_CHARACTERS = 900_000;

type Writable<Of> = { -readonly [Key in keyof Of]: Of[Key] };

/** How entries of a kind that speak of the same thing become one. */
interface Merging<Of extends CountedKind> {
  keyOf(entry: CountedEntry<Of>): string;
  merge(known: Writable<CountedEntry<Of>>, further: CountedEntry<Of>): void;
}

const mergings: { readonly [Of in CountedKind]: Merging<Of> } = {
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
      if (!isNewerWord({ periodId, used }, known)) return;
      known.used = used;
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
  private readonly entries: { readonly [Of in CountedKind]: Map<string, Writable<CountedEntry<Of>>> } = {
    counts: new Map(),
    apiKeyCounts: new Map(),
    quotaUses: new Map(),
    routeKeys: new Map(),
  };
  private size = 0;
  private characters = 0;

  /** Adds an entry. False when it has no room for it. */
  add<Of extends CountedKind>(kind: Of, entry: CountedEntry<Of>): boolean {
    const [entries, merging] = [this.entries[kind], mergings[kind]];
    const key = merging.keyOf(entry);
    const known = entries.get(key);
    if (known) merging.merge(known, entry);
    else if (this.hasRoomFor(entry)) entries.set(key, { ...entry });
    else return false;
    return true;
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
