import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, ApiAnswer, Json } from '../harness/api.js';
import { httpDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { countOf, DAY_MS, daysAgo, HOUR_MS, iso, MINUTE_MS, type RouteCount, sendCounts } from '../harness/metrics.js';
import { SpokenGateway } from '../harness/spoken-gateway.js';
import { type Stack, useStack } from '../harness/stack.js';

const DAY = daysAgo(3);

let stack: Stack;
let gateway: SpokenGateway;
let api: Api;
let serviceId: string;
let stage: Json;
let metrics: string;

beforeAll(async () => {
  stack = await useStack();
  gateway = new SpokenGateway('statistics', stack);
});

beforeEach(async () => {
  api = await stack.newProject();
  ({ serviceId, stage } = await createStage('statistics', 'alpha'));
  metrics = `/services/${serviceId}/stages/${stage.stageId}/metrics`;
});

async function createStage(serviceName: string, stageName?: string): Promise<{ serviceId: string; stage: Json }> {
  const id = await api.createService(serviceName);
  await api.importSwagger(id, httpDocument());
  return { serviceId: id, stage: await api.createStage(id, 'http://127.0.0.1:10080', stageName) };
}

async function createApiKey(): Promise<string> {
  const { apiKey } = await api.ok('POST', '/apikeys', { apiKeyName: 'key', apiKeyStatus: 'ACTIVE' });
  return apiKey.apiKeyId;
}

const count = (timeMs: number, more: Partial<RouteCount> = {}) => countOf(stage.stageId, timeMs, more);
const period = (startMs: number, endMs: number, more = '') => `?startTime=${iso(startMs)}&endTime=${iso(endMs)}${more}`;
const ask = (query: string, path = metrics): Promise<ApiAnswer> => api.call('GET', path + query);
const rows = async (startMs: number, endMs: number, more = ''): Promise<Json[]> =>
  (await api.ok('GET', metrics + period(startMs, endMs, more))).data;

describe('the statistics by stage resource', () => {
  it('sum up what every method of the stage was called, with the fields of the contract', async () => {
    await sendCounts(gateway, [
      count(DAY, { status2xx: 29, status3xx: 2, status4xx: 17, status5xx: 1, statusEtc: 3, durationMs: 1846 }),
      count(DAY + HOUR_MS, { status2xx: 0, status4xx: 0, status5xx: 1, durationMs: 9, outboundBytes: 26_059 }),
      count(DAY, { path: '/items/{itemId}', method: 'DELETE', status2xx: 0, statusEtc: 1 }),
    ]);
    const body = await api.ok('GET', metrics + period(DAY, DAY + DAY_MS));
    expect(body).toEqual({
      header: expect.anything(),
      paging: { limit: 10, page: 1, totalCount: 2 },
      data: [
        {
          uriPattern: '/hello',
          httpMethodType: 'GET',
          successCount: 31,
          failCount: 19,
          status2xxCount: 29,
          status3xxCount: 2,
          status4xxCount: 17,
          status5xxCount: 2,
          statusEtcCount: 3,
          avgResponseTimeMs: 35,
          networkOutboundByte: 26_059,
        },
        {
          uriPattern: '/items/{itemId}',
          httpMethodType: 'DELETE',
          successCount: 0,
          failCount: 0,
          status2xxCount: 0,
          status3xxCount: 0,
          status4xxCount: 0,
          status5xxCount: 0,
          statusEtcCount: 1,
          avgResponseTimeMs: 0,
          networkOutboundByte: 0,
        },
      ],
      metricsLatestUpdatedAt: expect.stringMatching(/Z$/),
    });
    expect(Math.abs(Date.now() - Date.parse(body.metricsLatestUpdatedAt))).toBeLessThan(MINUTE_MS);
  });

  it('count the minutes of the period and no other, wherever its edges lie', async () => {
    // A call in every seventh minute of three days: 7 divides none of the longer units.
    const times = Array.from(
      { length: Math.ceil((3 * DAY_MS) / MINUTE_MS / 7) },
      (_unused, index) => DAY + index * 7 * MINUTE_MS,
    );
    for (let at = 0; at < times.length; at += 2000) {
      await sendCounts(
        gateway,
        times.slice(at, at + 2000).map((time) => count(time)),
      );
    }
    for (const [fromMinute, toMinute] of [
      [0, 3 * 24 * 60],
      [1, 2],
      [6, 8],
      [59, 61],
      [3, 47],
      [600, 660],
      [1439, 1442],
      [61, 1441],
      [679, 3001],
      [1440, 2880],
    ] as const) {
      const expected = Math.ceil(toMinute / 7) - Math.ceil(fromMinute / 7);
      const [row] = await rows(DAY + fromMinute * MINUTE_MS, DAY + toMinute * MINUTE_MS);
      expect([fromMinute, toMinute, row?.status2xxCount ?? 0]).toEqual([fromMinute, toMinute, expected]);
    }
    const [touched] = await rows(DAY + 59_999, DAY + 7 * MINUTE_MS + 1);
    expect(touched.status2xxCount).toBe(2);
  });

  it('page by path and method, and are empty past the end', async () => {
    const routes = ['/b', '/a', '/A', '/a/{x}', '/_'].flatMap((path) =>
      (['POST', 'GET'] as const).map((method) => count(DAY, { path, method })),
    );
    await sendCounts(gateway, routes);
    const names = async (more: string) =>
      (await rows(DAY, DAY + DAY_MS, more)).map((row) => `${row.httpMethodType} ${row.uriPattern}`);
    const all = ['/A', '/_', '/a', '/a/{x}', '/b'].flatMap((path) => [`GET ${path}`, `POST ${path}`]);
    expect(await names('')).toEqual(all);
    expect(await names('&limit=3&page=2')).toEqual(all.slice(3, 6));
    expect(await names('&limit=3&page=4')).toEqual(all.slice(9));
    const past = await api.ok('GET', metrics + period(DAY, DAY + DAY_MS, '&limit=3&page=5'));
    expect([past.data, past.paging]).toEqual([[], { limit: 3, page: 5, totalCount: 10 }]);
  });

  it('are empty, with nothing to tell of an update, before anything is counted', async () => {
    const { data, paging, metricsLatestUpdatedAt } = await api.ok('GET', metrics + period(DAY, DAY + DAY_MS));
    expect([data, paging.totalCount, metricsLatestUpdatedAt]).toEqual([[], 0, null]);
  });

  it('leave out other stages and calls that matched no method', async () => {
    const other = await createStage('other');
    await sendCounts(gateway, [countOf(other.stage.stageId, DAY), count(DAY, { path: null, method: null })]);
    expect(await rows(DAY, DAY + DAY_MS)).toEqual([]);
  });
});

describe('the statistics of a stage over time', () => {
  const graph = (startMs: number, endMs: number): Promise<Json> =>
    api.ok('GET', `${metrics}/time-series${period(startMs, endMs)}`);

  it('have a point for every unit, with zeros where nothing was called', async () => {
    await sendCounts(gateway, [
      count(DAY + 11 * MINUTE_MS, { status2xx: 3, durationMs: 10, outboundBytes: 7 }),
      count(DAY + 19 * MINUTE_MS, { path: null, method: null, status2xx: 0, status4xx: 1 }),
    ]);
    const { data, timeUnit, metricsLatestUpdatedAt } = await graph(DAY, DAY + HOUR_MS);
    expect([timeUnit, metricsLatestUpdatedAt]).toEqual(['TEN_MINUTES', expect.stringMatching(/Z$/)]);
    const nothing = {
      successCount: 0,
      failCount: 0,
      status2xxCount: 0,
      status3xxCount: 0,
      status4xxCount: 0,
      status5xxCount: 0,
      statusEtcCount: 0,
      avgResponseTimeMs: 0,
      networkOutboundByte: 0,
    };
    const called = { successCount: 3, failCount: 1, status2xxCount: 3, status4xxCount: 1, avgResponseTimeMs: 3 };
    expect(data).toEqual(
      Array.from({ length: 6 }, (_unused, index) => ({
        ...nothing,
        ...(index === 1 ? { ...called, networkOutboundByte: 7 } : {}),
        dateTime: DAY + index * 10 * MINUTE_MS,
      })),
    );
  });

  it('have the unit that goes with the period, up to the one that is running', async () => {
    const shape = async (startMs: number, endMs: number) => {
      const { data, timeUnit } = await graph(startMs, endMs);
      return [timeUnit, data.length];
    };
    expect(await shape(DAY, DAY + 59 * MINUTE_MS)).toEqual(['ONE_MINUTES', 59]);
    expect(await shape(DAY, DAY + DAY_MS - 1)).toEqual(['TEN_MINUTES', 144]);
    expect(await shape(DAY, DAY + DAY_MS)).toEqual(['ONE_HOURS', 24]);
    expect(await shape(daysAgo(7), daysAgo(0))).toEqual(['ONE_DAYS', 7]);
    expect(await shape(daysAgo(90), Date.now() + DAY_MS)).toEqual(['ONE_DAYS', 91]);
    expect(await shape(Date.now() + DAY_MS, Date.now() + 2 * DAY_MS)).toEqual(['ONE_HOURS', 0]);
  });
});

describe('the period of statistics', () => {
  let paths: string[];

  beforeEach(async () => {
    paths = [metrics, `${metrics}/time-series`, `/apikeys/${await createApiKey()}/metrics`];
  });

  it('is refused when it is upside down, empty, or reaches back over 90 days', async () => {
    for (const path of paths) {
      for (const [query, field] of [
        [period(DAY + DAY_MS, DAY), 'startTime'],
        [period(DAY, DAY), 'endTime'],
        [period(daysAgo(91), DAY), 'startTime'],
      ] as const) {
        expectError(await ask(query, path), 'STATISTICS_PERIOD_INVALID', [field]);
      }
      expect((await ask(period(daysAgo(90), Date.now()), path)).status).toBe(200);
    }
    for (const path of paths.slice(0, 2)) {
      expectError(await ask(period(DAY, DAY + 59_999), path), 'STATISTICS_PERIOD_INVALID', ['endTime']);
    }
  });

  it('is written in ISO 8601 with Z or an offset, whose + need not be escaped', async () => {
    await sendCounts(gateway, [count(DAY + 30 * MINUTE_MS)]);
    const day = iso(DAY).slice(0, 10);
    for (const [start, end] of [
      ['T00:30:00Z', 'T00:31:00Z'],
      ['T00:30:00.000Z', 'T00:31:00.999Z'],
      ['T09:30:00+09:00', 'T09:31:00+09:00'],
      ['T09:30:00%2B09:00', 'T09:31:00%2b09:00'],
      ['T09:30:00%2009:00', 'T00:31:00-00:00'],
      ['T00:00:00-00:30', 'T00:01:00-00:30'],
    ]) {
      const { body } = await ask(`?startTime=${day}${start}&endTime=${day}${end}`);
      expect([start, body.data?.length]).toEqual([start, 1]);
    }
  });

  it.each(['', 'yesterday', '2026-11-21', '2026-11-21T00:00:00', '2026-02-30T00:00:00Z', '1635346800000', '%00'])(
    'is refused when its begin reads "%s"',
    async (text) => {
      for (const path of paths) {
        const answer = await ask(`?startTime=${text}&endTime=${iso(DAY)}`, path);
        // A zero byte is also no text that can be stored.
        const faults = text === '%00' ? 2 : 1;
        expectError(
          answer,
          'INVALID_PARAMETER',
          Array.from({ length: faults }, () => 'startTime'),
        );
      }
    },
  );

  it('is needed, both ends, once', async () => {
    for (const path of paths) {
      expectError(await ask('', path), 'INVALID_PARAMETER', ['startTime', 'endTime']);
      const twice = `${period(DAY, DAY + DAY_MS)}&endTime=${iso(DAY)}`;
      expectError(await ask(twice, path), 'INVALID_PARAMETER', ['endTime']);
    }
  });
});

describe('statistics of what does not exist, or of another project', () => {
  it('are refused with the code of the thing', async () => {
    const query = period(DAY, DAY + DAY_MS);
    const stranger = await stack.newProject();
    const other = await createStage('other');
    const apiKeyId = await createApiKey();
    for (const end of ['', '/time-series']) {
      const path = metrics + end + query;
      expectError(await stranger.call('GET', path), 'SERVICE_NOT_FOUND');
      expectError(await api.call('GET', path.replace(serviceId, other.serviceId)), 'STAGE_NOT_FOUND');
    }
    expectError(await stranger.call('GET', `/apikeys/${apiKeyId}/metrics${query}`), 'API_KEY_NOT_FOUND');
    expectError(await api.call('GET', `/apikeys/nothing/metrics${query}`), 'API_KEY_NOT_FOUND');
    await sendCounts(gateway, [count(DAY)]);
    const { data, metricsLatestUpdatedAt } = await stranger.ok('GET', '/metrics/top-services');
    expect([data, metricsLatestUpdatedAt]).toEqual([[], null]);
  });
});

describe('the statistics by API key', () => {
  it('have every day of the period for every stage that the key called or is connected to', async () => {
    const apiKeyId = await createApiKey();
    const called = await createStage('called');
    const neither = await createStage('neither');
    const { usagePlan } = await api.ok('POST', '/usage-plans', { usagePlanName: 'plan' });
    const plan = `/usage-plans/${usagePlan.usagePlanId}/stages/${stage.stageId}`;
    await api.ok('POST', plan);
    await api.ok('POST', `${plan}/subscriptions`, { apiKeyIdList: [apiKeyId] });
    const { customDomain } = await api.ok('POST', '/custom-domains', { customDomainPrefix: `k${apiKeyId}` });
    const stages = `/services/${serviceId}/stages/${stage.stageId}`;
    await api.ok('POST', `${stages}/custom-domains/${customDomain.customDomainId}`);
    const empty = await api.ok('GET', `/apikeys/${apiKeyId}/metrics${period(DAY, DAY + 1)}`);
    expect([Object.keys(empty.data), empty.metricsLatestUpdatedAt]).toEqual([[stage.stageUrl], null]);
    const day = (timeMs: number) => iso(timeMs).slice(0, 10);
    const stageId = called.stage.stageId;
    await sendCounts(
      gateway,
      [],
      [
        { apiKeyId, stageId, day: day(DAY), callCount: 8 },
        { apiKeyId, stageId, day: day(DAY + 2 * DAY_MS), callCount: 13 },
        { apiKeyId, stageId, day: day(DAY + 3 * DAY_MS), callCount: 21 },
        { apiKeyId: await createApiKey(), stageId: neither.stage.stageId, day: day(DAY), callCount: 1 },
      ],
    );
    const body = await api.ok('GET', `/apikeys/${apiKeyId}/metrics${period(DAY + HOUR_MS, DAY + 2 * DAY_MS + 1)}`);
    const series = (counts: number[]) => ({
      callCount: counts.map((one, index) => ({ dateTime: DAY + index * DAY_MS, count: one })),
    });
    expect(body).toEqual({
      header: expect.anything(),
      data: {
        [stage.stageUrl]: {
          stageName: 'alpha',
          stageUrl: stage.stageUrl,
          stageCustomDomainList: [{ customDomain: customDomain.customDomain, createdAt: expect.stringMatching(/Z$/) }],
          apiKeyMetricsTimeSeries: series([0, 0, 0]),
        },
        [called.stage.stageUrl]: {
          stageName: null,
          stageUrl: called.stage.stageUrl,
          stageCustomDomainList: [],
          apiKeyMetricsTimeSeries: series([8, 0, 13]),
        },
      },
      metricsLatestUpdatedAt: expect.stringMatching(/Z$/),
      timeUnit: 'ONE_DAYS',
    });
  });

  it('end with today, however far the period reaches', async () => {
    const apiKeyId = await createApiKey();
    const today = iso(daysAgo(0)).slice(0, 10);
    await sendCounts(gateway, [], [{ apiKeyId, stageId: stage.stageId, day: today, callCount: 1 }]);
    const query = `?startTime=${iso(daysAgo(90))}&endTime=9999-12-31T23:59:59Z`;
    const { data } = await api.ok('GET', `/apikeys/${apiKeyId}/metrics${query}`);
    const { callCount } = data[stage.stageUrl].apiKeyMetricsTimeSeries;
    expect(callCount).toHaveLength(91);
    expect(callCount.at(-1)).toEqual({ dateTime: daysAgo(0), count: 1 });
  });
});
