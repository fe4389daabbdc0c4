import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { httpDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { countOf, daysAgo, type RouteCount, sendCounts } from '../harness/metrics.js';
import { SpokenGateway } from '../harness/spoken-gateway.js';
import { type Stack, useStack } from '../harness/stack.js';

const DAY = daysAgo(3);

let stack: Stack;
let gateway: SpokenGateway;
let api: Api;
let serviceId: string;
let stageId: string;

beforeAll(async () => {
  stack = await useStack();
  gateway = new SpokenGateway('statistics', stack);
});

beforeEach(async () => {
  api = await stack.newProject();
  serviceId = await api.createService('statistics');
  await api.importSwagger(serviceId, httpDocument());
  ({ stageId } = await api.createStage(serviceId, 'http://127.0.0.1:10080', 'alpha'));
});

const count = (timeMs: number, more: Partial<RouteCount> = {}) => countOf(stageId, timeMs, more);

describe('the top services', () => {
  const top = async (query = ''): Promise<Json[]> => (await api.ok('GET', `/metrics/top-services${query}`)).data;
  const names = async (query: string) => (await top(query)).map((one) => one.apigwServiceName);

  it('are those that were called in the last days, with the fields of the contract', async () => {
    await api.createService('silent');
    const beta = await api.createStage(serviceId, 'http://127.0.0.1:10080', 'beta');
    await sendCounts(gateway, [
      count(Date.now(), { status2xx: 90, status3xx: 5, durationMs: 600, outboundBytes: 31_202 }),
      countOf(beta.stageId, daysAgo(6), { status2xx: 0, status4xx: 2, status5xx: 1, statusEtc: 2 }),
      countOf(beta.stageId, daysAgo(7), { status2xx: 1000 }),
    ]);
    const body = await api.ok('GET', '/metrics/top-services');
    expect(body).toEqual({
      header: expect.anything(),
      data: [
        {
          rank: 1,
          apigwServiceId: serviceId,
          apigwServiceName: 'statistics',
          status2xxCount: 90,
          status3xxCount: 5,
          status4xxCount: 2,
          status5xxCount: 1,
          statusEtcCount: 2,
          callCount: 100,
          failCallCount: 3,
          successCallCount: 95,
          avgResponseTimeMs: 6,
          networkOutboundByte: 31_202,
        },
      ],
      metricsLatestUpdatedAt: expect.stringMatching(/Z$/),
    });
    expect((await top('?lastDays=1'))[0].callCount).toBe(95);
    expect((await top('?lastDays=30'))[0].callCount).toBe(1100);
  });

  it('come in the order asked for, ten at most, those that are equal by their id', async () => {
    await stack.query(
      `INSERT INTO service (id, project_id, app_key_id, server_group_id, region_code, name, description)
       SELECT v.id || n, v.project_id, v.app_key_id, v.server_group_id, v.region_code, 'service ' || n, ''
       FROM service v, generate_series(1, 12) n WHERE v.id = $1`,
      [serviceId],
    );
    await stack.query(
      `INSERT INTO stage (id, project_id, service_id, description, backend_endpoint_url, resource_revision, resource_updated_at)
       SELECT v.id, v.project_id, v.id, '', '', 1, now() FROM service v WHERE v.name LIKE 'service %' AND v.id LIKE $1`,
      [`${serviceId}%`],
    );
    const stageOf = (number: number) => `${serviceId}${number}`;
    const counts = Array.from({ length: 12 }, (_unused, index) =>
      countOf(stageOf(index + 1), DAY, { status2xx: 20 - index, durationMs: index * 1000 }),
    );
    await sendCounts(gateway, [...counts, countOf(stageOf(7), DAY, { status2xx: 0, status5xx: 1 })]);
    const service = (...numbers: number[]) => numbers.map((number) => `service ${number}`);
    expect(await names('')).toEqual(service(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    expect((await top()).map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await names('?order=AVG_RESPONSE_TIME')).toEqual(service(12, 11, 10, 9, 8, 7, 6, 5, 4, 3));
    expect((await names('?order=FAIL_CALL_COUNT')).slice(0, 5)).toEqual(service(7, 1, 10, 11, 12));
  });

  it.each([
    ['?lastDays=0', 'lastDays'],
    ['?lastDays=31', 'lastDays'],
    ['?lastDays=x', 'lastDays'],
    ['?lastDays=1e1', 'lastDays'],
    ['?lastDays=0x7', 'lastDays'],
    ['?order=NAME', 'order'],
  ])('are refused with %s', async (query, field) => {
    expectError(await api.call('GET', `/metrics/top-services${query}`), 'INVALID_PARAMETER', [field]);
  });
});
