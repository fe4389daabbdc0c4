import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ErrorKey } from '../../src/errors/index.js';
import { AccessRows } from '../harness/access-rows.js';
import type { Api, Json } from '../harness/api.js';
import { type EchoBackend, startEchoBackend } from '../harness/backend.js';
import { httpDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { databaseFingerprint } from '../harness/fingerprint.js';
import { type Stack, useStack } from '../harness/stack.js';

const SECRET = 'hush, a secret for signatures';

let stack: Stack;
let backend: EchoBackend;
let api: Api;
let serviceId: string;
let stageId: string;
let stage: string;
let host: string;

beforeAll(async () => {
  stack = await useStack();
  backend = await startEchoBackend();
});

afterAll(() => backend.close());

beforeEach(async () => {
  api = await stack.newProject();
  serviceId = await api.createService();
  await api.importSwagger(serviceId, httpDocument());
  ({ stageId, stageUrl: host } = await api.createStage(serviceId, backend.url));
  stage = `/services/${serviceId}/stages/${stageId}`;
});

const ask = (body: object) => api.call('POST', `${stage}/explain`, { methodType: 'GET', path: '/items', ...body });

async function explained(body: object = {}): Promise<Json> {
  const answer = await ask(body);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return answer.body.explanation;
}

async function setPlugins(path: string, methodType: string | null, plugins: Record<string, object>): Promise<void> {
  const { stageResourceList } = await api.ok('GET', `${stage}/resources`);
  const found = stageResourceList.find((one: Json) => one.path === path && one.methodType === methodType);
  const stageResourcePluginList = Object.entries(plugins).map(([pluginType, pluginConfigJson]) => ({
    pluginType,
    pluginConfigJson,
  }));
  await api.ok('PUT', `${stage}/resources/${found.stageResourceId}`, { stageResourcePluginList });
}

const hintOf = async (body: object): Promise<[number, string]> => {
  const { failure } = await explained(body);
  return [failure.resultCode, failure.hint];
};

describe('an explanation of the live deployment', () => {
  it('names the route, its plugins with their origin in order, and the request that the backend then gets', async () => {
    await setPlugins('/', null, { IP_ACL: { isPermit: true, ipAclList: [{ ipCidrAddress: '127.0.0.1' }] } });
    await setPlugins('/items/{itemId}', 'GET', { RATE_LIMIT: { keyType: 'DEFAULT', requestPerSec: 70 } });
    const { deployId } = await api.deploy(serviceId, stageId);
    const headers = { 'X-Sent': 'ä', Connection: 'close' };
    const explanation = await explained({ path: '/items/a%2Fb?q=1', headers, clientIp: '127.0.0.1' });
    expect(explanation).toMatchObject({
      summary: `GET /items/{itemId} goes to ${backend.url}/v1/items/a%2Fb?q=1.`,
      outcome: 'BACKEND',
      isCertain: true,
      source: 'LIVE',
      deployId,
      route: { path: '/items/{itemId}', methodType: 'GET', pathVariables: { itemId: 'a/b' } },
      pluginList: [
        { pluginType: 'IP_ACL', origin: { path: '/', methodType: null }, phase: 'CHECK', result: 'PASSED' },
        {
          pluginType: 'RATE_LIMIT',
          origin: { path: '/items/{itemId}', methodType: 'GET' },
          result: 'PASSED',
          requestsPerSecond: 70,
        },
        { pluginType: 'HTTP', origin: { path: '/items/{itemId}', methodType: 'GET' }, result: 'APPLIED' },
      ],
      failure: null,
      response: null,
    });
    backend.seen.length = 0;
    const sent = { ...headers, 'X-Sent': Buffer.from('ä').toString('latin1') };
    await api.request(host, 'GET', '/items/a%2Fb?q=1', { headers: sent });
    const [sentOn] = backend.seen;
    expect(explanation.backend.url).toBe(`${backend.url}${sentOn?.url}`);
    for (const { name, value } of explanation.backend.headerList) {
      if (name === 'X-Request-Id') continue;
      const bytes = Buffer.from(value as string, 'utf8').toString('latin1');
      expect([name, sentOn?.headers[name.toLowerCase()]]).toEqual([name, bytes]);
    }
  });

  it('tells the failure, what answers it, and which setting is behind it', async () => {
    const redefined = {
      gatewayResponseType: 'Forbidden',
      httpStatusCode: 418,
      body: { 'text/plain': 'no, ${error.resultCode}' },
    };
    await api.ok('PUT', `/services/${serviceId}/gateway-responses`, redefined);
    await setPlugins('/', null, { IP_ACL: { isPermit: false, ipAclList: [{ ipCidrAddress: '10.0.0.0/8' }] } });
    await api.deploy(serviceId, stageId);
    expect(await explained({ clientIp: '10.1.2.3' })).toMatchObject({
      summary: 'GET /items fails in IP_ACL, set on /: 4031007 Request IP not allowed',
      outcome: 'FAILURE',
      pluginList: [
        { pluginType: 'IP_ACL', result: 'REFUSED' },
        { pluginType: 'HTTP', result: 'SKIPPED' },
      ],
      response: { httpStatusCode: 418, body: 'no, 4031007' },
      failure: { gatewayResponseType: 'Forbidden', hint: null },
      backend: null,
    });
    expect((await explained({ clientIp: '11.1.2.3' })).outcome).toBe('BACKEND');
  });

  it('says why nothing serves a request', async () => {
    expect(await hintOf({})).toEqual([4041007, 'Nothing of the stage is live: deploy it.']);
    await api.deploy(serviceId, stageId);
    expect(await hintOf({ path: '/nope' })).toEqual([4041007, 'No path of the stage matches /nope.']);
    expect(await hintOf({ methodType: 'DELETE' })).toEqual([
      4041007,
      'The path /items matches, but has no DELETE. Its methods: GET, POST.',
    ]);
    expect(await hintOf({ headers: { Host: 'other.example' } })).toEqual([
      4041007,
      `The host other.example is none of the stage's, which are ${host}.`,
    ]);
    expect((await explained({ path: '/items?q=%zz' })).failure.resultCode).toBe(4000003);
  });

  it('says what is wrong with an API key, and what is left of its quota', async () => {
    const rows = await AccessRows.of(stack, api);
    const plan = await rows.addPlan(null, ['DAY', 3]);
    await rows.connectStage(plan, stageId);
    const [good = '', inactive = '', loose = ''] = await rows.addKeys(3);
    await rows.subscribe([good, inactive], plan, stageId);
    await rows.setStatus(inactive, 'INACTIVE');
    const strange = await (await AccessRows.of(stack, await stack.newProject())).addKey();
    await setPlugins('/items', null, { API_KEY: { isActive: true } });
    await api.deploy(serviceId, stageId);
    const noKey = 'No API key of the project has this value.';
    expect(await hintOf({ apiKey: 'nobody' })).toEqual([4031012, noKey]);
    expect(await hintOf({ apiKey: `${strange}-1` })).toEqual([4031012, noKey]);
    expect((await hintOf({ apiKey: `${loose}-1` }))[1]).toContain(`${loose} (key) is connected to no usage plan`);
    expect((await hintOf({ apiKey: `${inactive}-2` }))[1]).toContain(`${inactive} (key) is INACTIVE`);
    expect((await explained({})).failure.resultCode).toBe(4031010);
    const asked = { headers: { 'X-NHN-apikey': `${good}-2` } };
    expect(await explained(asked)).toMatchObject({
      outcome: 'BACKEND',
      apiKeyId: good,
      quota: { limit: 3, used: 0, left: 3, reportedAt: null },
    });
    const call = () => api.request(host, 'GET', '/items', { headers: { 'x-nhn-apikey': `${good}-1` } });
    // A new key reaches the gateways a moment after it is made.
    while ((await call()).status !== 200) await delay(20);
    for (const status of [200, 200, 429]) expect((await call()).status).toBe(status);
    while ((await explained(asked)).quota.used < 3) await delay(100);
    expect(await explained(asked)).toMatchObject({
      outcome: 'FAILURE',
      quota: { limit: 3, used: 3, left: 0, reportedAt: expect.any(String) },
      failure: { resultCode: 4291001, gatewayResponseType: 'UsageQuotaExceeded' },
      response: { httpStatusCode: 429 },
    });
  });

  it('knows secrets and says none', async () => {
    await setPlugins('/', null, { HMAC: { secretKey: SECRET } });
    await api.deploy(serviceId, stageId);
    const date = new Date().toISOString();
    const signature = createHmac('sha256', SECRET).update(`GET\n/items\n${date}`).digest('base64');
    const headers = {
      'x-nhn-date': date,
      Authorization: `hmac algorithm="HmacSHA256", headers="", signature="${signature}"`,
    };
    const ofLive = await explained({ headers });
    const ofDraft = await explained({ headers, source: 'DRAFT' });
    expect([ofLive.outcome, ofDraft.outcome]).toEqual(['BACKEND', 'BACKEND']);
    const refused = await explained({
      headers: { ...headers, Authorization: headers.Authorization.replace('="', '="x') },
    });
    expect(refused.outcome).toBe('FAILURE');
    expect(JSON.stringify([ofLive, ofDraft, refused])).not.toMatch(/hush|sealed/);
  });

  it('takes what would call somebody to be good, calls nobody, and says so', async () => {
    const preApi = await startEchoBackend('pre-api');
    await setPlugins('/', null, { PRE_API: { httpMethod: 'GET', url: preApi.url, cacheTtl: 0 } });
    await api.deploy(serviceId, stageId);
    backend.seen.length = 0;
    expect(await explained()).toMatchObject({
      outcome: 'BACKEND',
      isCertain: false,
      pluginList: [{ pluginType: 'PRE_API', result: 'ASSUMED' }, { pluginType: 'HTTP' }],
    });
    expect([preApi.seen, backend.seen]).toEqual([[], []]);
    await preApi.close();
  });

  it('asks a request restriction policy as it is now', async () => {
    const rows = await AccessRows.of(stack, api);
    const requestRestrictionPolicyId = await rows.addPolicy(serviceId, null);
    await setPlugins('/', null, { REQUEST_RESTRICTION: { requestRestrictionPolicyId } });
    await api.deploy(serviceId, stageId);
    const asked = { headers: { 'X-Tenant': 'slow' }, clientIp: '10.0.0.1' };
    expect((await explained(asked)).pluginList[0]).toMatchObject({ result: 'PASSED', requestsPerSecond: null });
    await rows.addPolicyValue(requestRestrictionPolicyId, 'slow', 2);
    expect((await explained(asked)).pluginList[0]).toMatchObject({ result: 'PASSED', requestsPerSecond: 2 });
  });

  it('checks the body that is given', async () => {
    await setPlugins('/items', 'POST', { REQUEST_VALIDATOR: { isActive: true } });
    const { resourceList } = await api.ok('GET', `/services/${serviceId}/resources`);
    const { resourceId } = resourceList.find((one: Json) => one.path === '/items' && one.methodType === 'POST');
    const { modelId } = (
      await api.ok('POST', `/services/${serviceId}/models`, {
        modelName: 'Pet',
        modelSchema: { type: 'object', required: ['name'] },
      })
    ).model;
    await api.ok('POST', `/services/${serviceId}/resources/${resourceId}/parameters`, {
      requestBody: { name: 'pet', modelId },
    });
    await api.deploy(serviceId, stageId);
    const headers = { 'Content-Type': 'application/json' };
    const send = (body: string | null) => explained({ methodType: 'POST', headers, body });
    expect((await send('{}')).failure.resultMessage).toMatch('name');
    expect((await send('{"name":1}')).outcome).toBe('BACKEND');
  });
});

describe('an explanation of a draft', () => {
  it('is of the stage as it is set now, whatever is live', async () => {
    const { deployId } = await api.deploy(serviceId, stageId);
    await api.ok('PUT', stage, { backendEndpointUrl: 'http://127.0.0.1:10081' });
    expect(await explained()).toMatchObject({ deployId, backend: { url: `${backend.url}/v1/items` } });
    expect(await explained({ source: 'DRAFT' })).toMatchObject({
      source: 'DRAFT',
      deployId: null,
      backend: { url: 'http://127.0.0.1:10081/v1/items' },
    });
  });

  const pluginsOf = 'FROM stage_resource_plugin p USING stage_resource r WHERE p.stage_resource_id = r.id';
  const undeployable: [ErrorKey, string][] = [
    ['DEPLOY_STAGE_EMPTY', 'DELETE FROM stage_resource WHERE stage_id = $1'],
    ['DEPLOY_NO_METHOD', 'DELETE FROM stage_resource WHERE stage_id = $1 AND method_type IS NOT NULL'],
    [
      'DEPLOY_NO_ROUTE',
      `WITH removed AS (DELETE ${pluginsOf} AND r.stage_id = $1)
       UPDATE stage_resource SET made_by_cors = true WHERE stage_id = $1`,
    ],
    ['BACKEND_TYPE_UNSUPPORTED', `DELETE ${pluginsOf} AND r.stage_id = $1`],
    [
      'STAGE_PLUGIN_UNREADABLE',
      `UPDATE stage_resource_plugin p SET config = '{}' FROM stage_resource r
       WHERE r.id = p.stage_resource_id AND r.stage_id = $1`,
    ],
    [
      'SNAPSHOT_NOT_SERIALIZABLE',
      `INSERT INTO stage_resource_plugin (id, stage_resource_id, plugin_type, config)
       SELECT stage_id, id, 'HMAC', '{"secretKey":"sealed:v1:AAAA"}' FROM stage_resource
       WHERE stage_id = $1 AND path = '/' AND method_type IS NULL`,
    ],
  ];

  it.each(undeployable)('that cannot be deployed is refused with %s, as its deployment is', async (key, sql) => {
    await stack.query(sql, [stageId]);
    expectError(await api.call('POST', `${stage}/deploys`), key);
    expectError(await ask({ source: 'DRAFT' }), key);
  });
});

describe('the call for an explanation', () => {
  it('changes nothing, counts nothing, and is open to who may only read', async () => {
    await api.deploy(serviceId, stageId);
    const viewer = (await stack.asUser(api, 'VIEWER')).api;
    const before = await databaseFingerprint(stack);
    const { explanation } = await viewer.ok('POST', `${stage}/explain`, { methodType: 'GET', path: '/items' });
    expect(explanation.outcome).toBe('BACKEND');
    expect(await databaseFingerprint(stack)).toEqual(before);
  });

  it.each<[object, string[]]>([
    [{ methodType: 'TRACE' }, ['methodType']],
    [{ path: 'items' }, ['path']],
    [{ path: '/a b' }, ['path']],
    [{ path: '/ä' }, ['path']],
    [{ path: `/${'a'.repeat(8_001)}` }, ['path']],
    [{ clientIp: 'here' }, ['clientIp']],
    [{ scheme: 'ftp', source: 'PAST' }, ['scheme', 'source']],
    [{ headers: { 'a b': 'x' } }, ['headers.a b']],
    [{ headers: { a: 1 } }, ['headers.a']],
    [{ headers: { a: 'x\r\ny' } }, ['headers.a']],
    [{ headers: { a: 'x'.repeat(40_000) } }, ['headers']],
    [{ headers: Object.fromEntries(Array.from({ length: 101 }, (_x, at) => [`h${at}`, 'x'])) }, ['headers']],
    [{ headers: { 'x-nhn-apikey': 'a' }, apiKey: 'b' }, ['apiKey']],
    [{ apiKey: 'a\nb' }, ['apiKey']],
    [{ body: 'x'.repeat(100_001) }, ['body']],
    [{ what: 1 }, ['what']],
  ])('%# names what nobody could send', async (body, fields) => {
    expectError(await ask(body), 'INVALID_INPUT', fields);
  });

  it('gives fifty clients at once one whole state each, while the stage is changed and deployed', async () => {
    await api.deploy(serviceId, stageId);
    const other = 'http://127.0.0.1:10081';
    const question = { methodType: 'GET', path: '/items' };
    const asking = Array.from({ length: 50 }, (_unused, at) =>
      explained({ ...question, source: at % 2 === 0 ? 'LIVE' : 'DRAFT' }),
    );
    await api.ok('PUT', stage, { backendEndpointUrl: other });
    const { deployId } = await api.deploy(serviceId, stageId);
    const urls = (await Promise.all(asking)).map(({ outcome, backend: sent }) => [outcome, sent.url]);
    for (const url of urls)
      expect([`BACKEND,${backend.url}/v1/items`, `BACKEND,${other}/v1/items`]).toContain(url.join());
    expect(await explained()).toMatchObject({ deployId, backend: { url: `${other}/v1/items` } });
  });

  it('needs a stage of the project whose live deployment can be read', async () => {
    const stranger = await stack.newProject();
    const question = { methodType: 'GET', path: '/items' };
    expectError(await stranger.call('POST', `${stage}/explain`, question), 'SERVICE_NOT_FOUND');
    expectError(await api.call('POST', `/services/${serviceId}/stages/nope/explain`, question), 'STAGE_NOT_FOUND');
    const { deployId } = await api.deploy(serviceId, stageId);
    const damages = [
      `jsonb_set(snapshot::jsonb, '{paths}', '7')`,
      `jsonb_set(snapshot::jsonb, '{paths,0,routes,0,backend}', '{}')`,
      `jsonb_set(snapshot::jsonb, '{formatVersion}', '99')`,
      `jsonb_set(snapshot::jsonb, '{paths,0,path}', '"/{"')`,
    ];
    const [{ snapshot } = { snapshot: {} }] = await stack.query('SELECT snapshot FROM deployment WHERE id = $1', [
      deployId,
    ]);
    for (const damage of damages) {
      await stack.query(`UPDATE deployment SET snapshot = ${damage} WHERE id = $1`, [deployId]);
      expectError(await ask({}), 'SNAPSHOT_UNREADABLE');
      await stack.query('UPDATE deployment SET snapshot = $2 WHERE id = $1', [deployId, JSON.stringify(snapshot)]);
    }
    expect((await explained()).outcome).toBe('BACKEND');
  });
});
