import type { HttpMethod } from '../../contract/plugins/index.js';
import type { MetricBatch } from '../../contract/sync.js';
import type { Steps } from '../../kernel/steps.js';
import { KeyCounters } from './key-counters.js';

/** Calls of a route of a stage within one minute, as they are sent. */
export type RouteCount = MetricBatch['counts'][number];

/** What was counted. */
export type Counted = Readonly<Omit<MetricBatch, 'batchId'>>;
export type CountedKind = keyof Counted;
export type CountedEntry<Kind extends CountedKind> = Counted[Kind][number];
/** Gets what was counted, one entry after the other. */
export type TakeEntry = <Kind extends CountedKind>(kind: Kind, entry: CountedEntry<Kind>) => void;

const MINUTE_MS = 60_000;

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
  readonly keys = new KeyCounters();
  private listed: RouteCounter[] = [];
  /** Of minutes that were over before they were collected. */
  private ended: RouteCount[] = [];

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

  /** Gives what was counted since the last time, with as much of what is counted meanwhile as is still to be given. */
  *takeSteps(take: TakeEntry): Steps<void> {
    const { listed, ended } = this;
    this.listed = [];
    this.ended = [];
    for (const count of ended) {
      take('counts', count);
      yield;
    }
    for (const counter of listed) {
      counter.isListed = false;
      take('counts', counter.take());
      yield;
    }
    yield* this.keys.takeSteps(take);
  }
}
