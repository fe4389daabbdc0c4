import type { HttpMethod } from '../../contract/plugins/index.js';
import type { MetricBatch } from '../../contract/sync.js';
import type { Steps } from '../../kernel/steps.js';
import { type QuotaUse, QuotaUses } from './quota-uses.js';
import { type RouteKey, RouteKeys } from './route-keys.js';

/** Calls of a route of a stage within one minute, as they are sent. */
export type RouteCount = MetricBatch['counts'][number];
/** Calls with an API key to a stage on one day, as they are sent. */
export type ApiKeyCount = MetricBatch['apiKeyCounts'][number];

/** What was counted. */
export interface Counted {
  readonly counts: RouteCount[];
  readonly apiKeyCounts: ApiKeyCount[];
  readonly quotaUses: QuotaUse[];
  readonly routeKeys: RouteKey[];
}
export type CountedKind = keyof Counted;
export type CountedEntry<Kind extends CountedKind> = Counted[Kind][number];
/** Gets what was counted, one entry after the other. */
export type TakeEntry = <Kind extends CountedKind>(kind: Kind, entry: CountedEntry<Kind>) => void;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * The numbers of one route within the minute that runs; made when the route is loaded, so that counting a request
 * is adding to numbers. Path and method null: requests of the stage that found no route.
 */
export class RouteCounter {
  /** Minutes since 1970. */
  minute = 0;
  /** Whether there is something to collect; then {@link UsageCounters} holds the counter. */
  isListed = false;
  // What most requests change stands together: where thousands of routes are called in turn, it has to be fetched each time.
  status2xx = 0;
  /** A whole number, which V8 keeps in the counter itself. */
  durationUs = 0;
  outboundBytes = 0;
  status3xx = 0;
  status4xx = 0;
  status5xx = 0;
  statusEtc = 0;

  constructor(
    readonly stageId: string,
    readonly path: string | null,
    readonly method: HttpMethod | null,
  ) {}

  /** The numbers, which begin at 0 again. */
  take(): RouteCount {
    const { stageId, path, method, status2xx, status3xx, status4xx, status5xx, statusEtc, outboundBytes } = this;
    const minute = minuteText(this.minute);
    const durationMs = Math.round(this.durationUs / 1000);
    this.status2xx = this.status3xx = this.status4xx = this.status5xx = this.statusEtc = 0;
    this.durationUs = this.outboundBytes = 0;
    const statuses = { status2xx, status3xx, status4xx, status5xx, statusEtc };
    return { stageId, minute, path, method, ...statuses, durationMs, outboundBytes };
  }
}

let lastMinute = -1;
let lastMinuteText = '';

/** All routes that are collected at once have mostly counted in the same minute. */
function minuteText(minute: number): string {
  if (minute !== lastMinute) lastMinuteText = new Date(minute * MINUTE_MS).toISOString();
  lastMinute = minute;
  return lastMinuteText;
}

/** How a request ended. */
export interface Ending {
  /** When it ended, in milliseconds since 1970: the minute that it counts for. */
  readonly atMs: number;
  /** Null: without a whole response. */
  readonly status: number | null;
  readonly durationMs: number;
  readonly outboundBytes: number;
}

/** Collects what the counters of all routes count. Only those that have counted are held here. */
export class UsageCounters {
  readonly keys = new RouteKeys();
  readonly quotas = new QuotaUses();
  private listed: RouteCounter[] = [];
  /** Of minutes that were over before they were collected. */
  private ended: RouteCount[] = [];
  /** Calls by stage and API key on `day`, in days since 1970. */
  private readonly apiKeys = new Map<string, Map<string, number>>();
  private day = 0;
  private endedDays: ApiKeyCount[] = [];

  /** Counts a request of a route. */
  record(counter: RouteCounter, { atMs, status, durationMs, outboundBytes }: Ending): void {
    const minute = Math.floor(atMs / MINUTE_MS);
    if (!counter.isListed) {
      counter.isListed = true;
      counter.minute = minute;
      this.listed.push(counter);
    } else if (counter.minute !== minute) {
      this.ended.push(counter.take());
      counter.minute = minute;
    }
    if (status === null || status < 200 || status > 599) counter.statusEtc += 1;
    else if (status < 300) counter.status2xx += 1;
    else if (status < 400) counter.status3xx += 1;
    else if (status < 500) counter.status4xx += 1;
    else counter.status5xx += 1;
    counter.durationUs += Math.round(durationMs * 1000);
    counter.outboundBytes += outboundBytes;
  }

  /** Counts a call with an API key. */
  recordApiKey(stageId: string, apiKeyId: string, atMs: number): void {
    const day = Math.floor(atMs / DAY_MS);
    if (day !== this.day) {
      this.endedDays.push(...this.takeApiKeys());
      this.day = day;
    }
    let ofStage = this.apiKeys.get(stageId);
    if (!ofStage) this.apiKeys.set(stageId, (ofStage = new Map()));
    ofStage.set(apiKeyId, (ofStage.get(apiKeyId) ?? 0) + 1);
  }

  /** Gives what was counted since the last time, with as much of what is counted meanwhile as is still to be given. */
  *takeSteps(take: TakeEntry): Steps<void> {
    const { listed, ended } = this;
    const apiKeyCounts = this.endedDays.concat(this.takeApiKeys());
    this.listed = [];
    this.ended = [];
    this.endedDays = [];
    yield* takeAll('counts', ended, take);
    for (const counter of listed) {
      counter.isListed = false;
      take('counts', counter.take());
      yield;
    }
    yield* takeAll('apiKeyCounts', apiKeyCounts, take);
    yield* takeAll('quotaUses', this.quotas.take(), take);
    yield* takeAll('routeKeys', this.keys.take(), take);
  }

  private takeApiKeys(): ApiKeyCount[] {
    const day = new Date(this.day * DAY_MS).toISOString().slice(0, 10);
    const counts: ApiKeyCount[] = [];
    for (const [stageId, ofStage] of this.apiKeys) {
      for (const [apiKeyId, callCount] of ofStage) counts.push({ apiKeyId, stageId, day, callCount });
    }
    this.apiKeys.clear();
    return counts;
  }
}

function* takeAll<Kind extends CountedKind>(
  kind: Kind,
  entries: readonly CountedEntry<Kind>[],
  take: TakeEntry,
): Steps<void> {
  for (const entry of entries) {
    take(kind, entry);
    yield;
  }
}
