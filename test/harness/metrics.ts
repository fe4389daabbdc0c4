import type { MetricBatch } from '../../src/contract/sync.js';
import { newId } from '../../src/kernel/ids.js';
import type { SpokenGateway } from './spoken-gateway.js';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Calls of a route within a minute, as a gateway counts them. */
export type RouteCount = MetricBatch['counts'][number];
/** Calls with an API key on a day, as a gateway counts them. */
export type ApiKeyCount = MetricBatch['apiKeyCounts'][number];

/** Midnight (UTC) so many days before today's, in milliseconds of the epoch. */
export function daysAgo(days: number): number {
  return (Math.floor(Date.now() / DAY_MS) - days) * DAY_MS;
}

/** A time as texts write it. */
export function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** One call, GET /hello answered with 200, unless `more` says otherwise. */
export function countOf(stageId: string, timeMs: number, more: Partial<RouteCount> = {}): RouteCount {
  const nothing = { status2xx: 0, status3xx: 0, status4xx: 0, status5xx: 0, statusEtc: 0, durationMs: 0 };
  const route = { path: '/hello', method: 'GET', status2xx: 1, outboundBytes: 0 } as const;
  return { stageId, minute: iso(timeMs), ...nothing, ...route, ...more };
}

/** Sends a batch with further members as a gateway does, and demands that it is taken. */
export async function sendBatch(gateway: SpokenGateway, members: Partial<MetricBatch>): Promise<void> {
  const batch = { batchId: newId(), counts: [], apiKeyCounts: [], ...members };
  const answer = await gateway.call('POST', `/gateways/${gateway.id}/metrics`, batch);
  if (answer.status !== 204) throw new Error(`metrics: ${answer.status} ${await answer.text()}`);
}

/** Sends a batch as a gateway does, and demands that it is taken. */
export async function sendCounts(
  gateway: SpokenGateway,
  counts: RouteCount[],
  apiKeyCounts: ApiKeyCount[] = [],
  batchId = newId(),
): Promise<void> {
  await sendBatch(gateway, { batchId, counts, apiKeyCounts });
}
