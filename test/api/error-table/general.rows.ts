import { setTimeout as delay } from 'node:timers/promises';
import { answerOfRaw } from '../../harness/raw-http.js';
import type { Row } from './world.js';

const POLL_INTERVAL_MS = 50;

const CALLS_PER_APP_KEY = 300;

/** Settings of the control plane that rows below count on. */
export const limitsForRows = {
  MANAGEMENT_RATE_LIMIT_PER_APP_KEY: String(CALLS_PER_APP_KEY),
  CLIENT_HEADERS_TIMEOUT_MS: '1000',
};

/** DATABASE_FAILED from a database that is there, but refuses. */
export const refusedByDatabase: Row = {
  arrange: async (world) => {
    const serviceId = await world.service();
    await world.raiseOn('UPDATE', 'service', ['id', serviceId]);
    return () => world.api.call('PUT', `/services/${serviceId}`, { apigwServiceName: 'not stored' });
  },
};

export const generalRows = {
  SUCCESS: {
    arrange:
      async ({ api }) =>
      () =>
        api.call('GET', '/services'),
  },
  FAIL: {
    arrange: async (world) => {
      const { stage, stageId } = await world.stage();
      const [root] = (await world.api.ok('GET', `${stage}/resources`)).stageResourceList;
      await world.stack.query(
        `INSERT INTO stage_resource_plugin (id, stage_resource_id, plugin_type, config) VALUES ($1, $2, 'HMAC', $3)`,
        [stageId, root.stageResourceId, { secretKey: 'sealed:v1:AAAA' }],
      );
      return () => world.api.call('GET', `${stage}/resources`);
    },
  },
  INVALID_PARAMETER: {
    arrange:
      async ({ api }) =>
      () =>
        api.call('GET', '/services?page=0&limit=1001'),
    fields: ['page', 'limit'],
  },
  INVALID_INPUT: {
    arrange:
      async ({ api }) =>
      () =>
        api.call('POST', '/services', { regionCode: 'KR9' }),
    fields: ['apigwServiceName'],
  },
  AUDIT_RECORD_NOT_FOUND: {
    arrange:
      async ({ api }) =>
      () =>
        api.call('GET', '/audit-records/none'),
  },
  PRECONDITION_FAILED: {
    arrange: async (world) => {
      const path = `/services/${await world.service()}`;
      return () => world.api.call('PUT', path, { apigwServiceName: 'x' }, { 'if-match': '"another"' });
    },
    fields: ['If-Match'],
  },
  INVALID_HEADER_NAME: {
    arrange: async (world) => {
      const service = `/services/${await world.service()}`;
      const body = { gatewayResponseType: 'NotFound', httpStatusCode: 404, headers: { 'no name': 'x' }, body: {} };
      return () => world.api.call('PUT', `${service}/gateway-responses`, body);
    },
    fields: ['headers.no name'],
  },
  INVALID_APP_KEY: {
    arrange:
      async ({ api }) =>
      () =>
        api.withAppKey('nobody-has-this').call('GET', '/services'),
  },
  APP_KEY_NOT_ACCEPTED: {
    arrange: async ({ api, stack }) => {
      await stack.query('UPDATE app_key SET disabled = true WHERE value = $1', [api.appKey]);
      return () => api.call('GET', '/services');
    },
  },
  TOKEN_INVALID: {
    arrange:
      async ({ api }) =>
      () =>
        api.withToken('nobody-has-this').call('GET', '/services'),
  },
  INVALID_USER: {
    arrange: async ({ api, stack }) => {
      const user = await stack.asUser(api, 'ADMIN');
      await stack.query('UPDATE user_account SET disabled = true WHERE id = $1', [user.userId]);
      return () => user.api.call('GET', '/services');
    },
  },
  USER_NOT_ALLOWED: {
    arrange: async ({ api, stack }) => {
      const viewer = await stack.asUser(api, 'VIEWER');
      const body = { regionCode: 'KR1', apigwServiceName: 'not allowed' };
      return () => viewer.api.call('POST', '/services', body);
    },
  },
  DUPLICATE_REQUEST: {
    arrange: async (world) => {
      const serviceId = await world.service();
      await world.raiseOn('UPDATE', 'service', ['id', serviceId], '40001');
      return () => world.api.call('PUT', `/services/${serviceId}`, { apigwServiceName: 'lost the race' });
    },
  },
  REQUEST_TIMEOUT: {
    arrange:
      async ({ stack }) =>
      () =>
        answerOfRaw(stack.address.controlUrl, 'GET /v1.0/error-codes HTTP/1.1\r\nHost: a\r\n'),
  },
  TOO_MANY_REQUESTS: {
    arrange: async ({ api }) => {
      for (let count = 0; count < CALLS_PER_APP_KEY; count += 1) await api.ok('GET', '/services');
      return () => api.call('GET', '/services');
    },
  },
  HEAD_TOO_LARGE: {
    arrange:
      async ({ stack }) =>
      () =>
        answerOfRaw(stack.address.controlUrl, `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`),
  },
  DATABASE_FAILED: {
    arrange: async ({ api, stack, postgres }) => {
      const serviceId = await api.createService();
      const call = () => api.call('PUT', `/services/${serviceId}`, { apigwServiceName: 'not stored' });
      return async () => {
        const answer = await postgres.whileAway(call);
        while ((await fetch(`${stack.address.controlUrl}/health/ready`)).status !== 200) await delay(POLL_INTERVAL_MS);
        return answer;
      };
    },
  },
  URL_NOT_FOUND: {
    arrange:
      async ({ api }) =>
      () =>
        api.call('GET', '/no-such-thing'),
  },
  SERVICE_LIMIT_EXCEEDED: {
    arrange: async ({ api }) => {
      const body = { regionCode: 'KR1', apigwServiceName: 'one of many' };
      // The stack allows two.
      await api.ok('POST', '/services', body);
      await api.ok('POST', '/services', body);
      return () => api.call('POST', '/services', body);
    },
  },
  SERVICE_NOT_FOUND: {
    arrange:
      async ({ api }) =>
      () =>
        api.call('GET', '/services/nope'),
  },
} satisfies Record<string, Row>;
