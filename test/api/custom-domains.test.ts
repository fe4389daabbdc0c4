import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, ApiAnswer, Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { expectError, fiftyAtOnce } from '../harness/expectations.js';
import { SpokenGateway } from '../harness/spoken-gateway.js';
import { type Stack, useStack } from '../harness/stack.js';

const BACKEND = 'http://127.0.0.1:10080';
const DOMAINS = '/custom-domains';

let stack: Stack;
let api: Api;
let serviceId: string;
let stages: string;
let stage: Json;
let serial = 0;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
  serviceId = await api.createService();
  stages = `/services/${serviceId}/stages`;
  await api.importSwagger(serviceId, mockDocument());
  stage = await api.createStage(serviceId, BACKEND, 'alpha');
});

/** A prefix that nobody else in the installation has. */
const newPrefix = () => `d${process.pid}-${Date.now().toString(36)}-${(serial += 1)}`;
const create = (body: object, as = api) => as.call('POST', DOMAINS, body);
const createDomain = async (): Promise<Json> => (await create({ customDomainPrefix: newPrefix() })).body.customDomain;
const listed = async (): Promise<Json[]> => (await api.ok('GET', DOMAINS)).customDomainList;
const connection = (domain: Json, { stageId } = stage) => `${stages}/${stageId}${DOMAINS}/${domain.customDomainId}`;
const connect = (domain: Json, to = stage): Promise<ApiAnswer> => api.call('POST', connection(domain, to));
const stageOf = async (stageId: string): Promise<Json> =>
  (await api.ok('GET', stages)).stageList.find((one: Json) => one.stageId === stageId);
const hostsOf = async (domain: Json) =>
  stack.query('SELECT stage_id FROM stage_host WHERE host_name = $1', [domain.customDomain]);

describe('a custom domain', () => {
  it('is made of a prefix, in lower case, and connected to nothing', async () => {
    const prefix = newPrefix();
    const { body } = await create({ customDomainPrefix: prefix.toUpperCase() });
    expect(body.customDomain).toEqual({
      customDomainId: expect.any(String),
      customDomain: `${prefix}.capi.localhost`,
      connectedStage: null,
      createdAt: expect.stringMatching(/Z$/),
    });
    expect(await listed()).toEqual([body.customDomain]);
  });

  it('is a host name of the team, in lower case', async () => {
    const name = `${newPrefix()}.Example.COM`;
    const { customDomain } = (await create({ customDomain: name, customDomainPrefix: null })).body;
    expect(customDomain.customDomain).toBe(name.toLowerCase());
  });

  it.each([
    [{}, ['customDomainPrefix', 'customDomain']],
    [{ customDomainPrefix: 'ab', customDomain: 'a.example.com' }, ['customDomainPrefix', 'customDomain']],
    [{ customDomainPrefix: 'a' }, ['customDomainPrefix']],
    [{ customDomainPrefix: 'a'.repeat(51) }, ['customDomainPrefix']],
    [{ customDomainPrefix: 'a.b' }, ['customDomainPrefix']],
    [{ customDomainPrefix: '-ab' }, ['customDomainPrefix']],
    [{ customDomainPrefix: 'ab-' }, ['customDomainPrefix']],
    [{ customDomainPrefix: 5 }, ['customDomainPrefix']],
    [{ customDomain: 'localhost' }, ['customDomain']],
    [{ customDomain: 'a.example.com.' }, ['customDomain']],
    [{ customDomain: 'a.example.com:8080' }, ['customDomain']],
    [{ customDomain: 'http://a.example.com' }, ['customDomain']],
    [{ customDomain: 'a_b.example.com' }, ['customDomain']],
    [{ customDomain: '-a.example.com' }, ['customDomain']],
    [{ customDomain: `${'a'.repeat(64)}.example.com` }, ['customDomain']],
    [{ customDomain: `${'a.'.repeat(130)}com` }, ['customDomain']],
    [{ customDomain: '10.0.0.1' }, ['customDomain']],
    [{ customDomain: '127.0x1' }, ['customDomain']],
    [{ customDomain: '2001:db8::1' }, ['customDomain']],
    [{ customDomain: 'api.localhost' }, ['customDomain']],
    [{ customDomain: 'x.API.localhost' }, ['customDomain']],
    [{ customDomain: 'x.capi.localhost' }, ['customDomain']],
  ])('is not made of %j', async (body, fields) => {
    expectError(await create(body), 'INVALID_INPUT', fields);
    expect(await listed()).toEqual([]);
  });

  it('exists once in the installation, whoever asks', async () => {
    const customDomainPrefix = newPrefix();
    await create({ customDomainPrefix });
    expectError(await create({ customDomainPrefix }), 'INVALID_INPUT', ['customDomainPrefix']);
    const stranger = await stack.newProject();
    expectError(await create({ customDomainPrefix }, stranger), 'INVALID_INPUT', ['customDomainPrefix']);
    const customDomain = `${customDomainPrefix}.example.com`;
    await create({ customDomain }, stranger);
    expectError(await create({ customDomain }), 'INVALID_INPUT', ['customDomain']);
  });

  it('is made once when fifty clients of two projects ask for it at once', async () => {
    const stranger = await stack.newProject();
    const customDomainPrefix = newPrefix();
    const counts = await fiftyAtOnce((index) => create({ customDomainPrefix }, index % 2 === 0 ? api : stranger));
    expect(counts).toEqual({ 0: 1, 400100001: 49 });
  });

  it('is one of at most a hundred when fifty clients ask at the limit', async () => {
    await stack.query(
      `INSERT INTO custom_domain (id, project_id, app_key_id, host_name)
       SELECT k.id || n, k.project_id, k.id, k.id || '-' || n || '.example.com'
       FROM app_key k, generate_series(1, 98) n WHERE k.value = $1`,
      [api.appKey],
    );
    expect(await fiftyAtOnce(() => create({ customDomainPrefix: newPrefix() }))).toEqual({ 0: 2, 400100000: 48 });
    expectError(await create({ customDomainPrefix: newPrefix() }), 'INVALID_PARAMETER', ['appKey']);
    const { paging, customDomainList } = await api.ok('GET', `${DOMAINS}?limit=30&page=4`);
    expect(paging).toEqual({ limit: 30, page: 4, totalCount: 100 });
    expect(customDomainList).toHaveLength(10);
    expect((await api.ok('GET', `${DOMAINS}?page=99`)).customDomainList).toEqual([]);
  });

  it('is gone when it is deleted, and its name is free again', async () => {
    const customDomainPrefix = newPrefix();
    const { customDomainId } = (await create({ customDomainPrefix })).body.customDomain;
    await api.ok('DELETE', `${DOMAINS}/${customDomainId}`);
    expectError(await api.call('DELETE', `${DOMAINS}/${customDomainId}`), 'INVALID_PARAMETER', ['customDomainId']);
    expect((await create({ customDomainPrefix })).status).toBe(200);
  });

  it('of another project does not exist', async () => {
    const domain = await createDomain();
    const stranger = await stack.newProject();
    const theirs = await stranger.call('DELETE', `${DOMAINS}/${domain.customDomainId}`);
    expectError(theirs, 'INVALID_PARAMETER', ['customDomainId']);
    expectError(await stranger.call('POST', connection(domain)), 'SERVICE_NOT_FOUND');
    expectError(await stranger.call('DELETE', connection(domain)), 'SERVICE_NOT_FOUND');
    const strange = (await create({ customDomainPrefix: newPrefix() }, stranger)).body.customDomain;
    expectError(await connect(strange), 'INVALID_PARAMETER', ['customDomainId']);
    expect((await stranger.ok('GET', DOMAINS)).paging.totalCount).toBe(1);
  });
});

describe('connecting a custom domain', () => {
  it('shows it on the stage wherever the stage is shown, and the stage on it', async () => {
    const first = await createDomain();
    const second = await createDomain();
    const { customDomain } = (await connect(first)).body;
    expect(customDomain).toEqual({
      ...first,
      connectedStage: {
        apigwServiceId: serviceId,
        stageId: stage.stageId,
        stageName: 'alpha',
        stageUrl: stage.stageUrl,
        connectedAt: expect.stringMatching(/Z$/),
      },
    });
    await connect(second);
    const shown = {
      stageCustomUrl: first.customDomain,
      stageCustomDomainList: [
        { customDomain: first.customDomain, createdAt: customDomain.connectedStage.connectedAt },
        { customDomain: second.customDomain, createdAt: expect.stringMatching(/Z$/) },
      ],
      stageAliasDomainList: [],
    };
    expect(await stageOf(stage.stageId)).toMatchObject(shown);
    const modified = await api.ok('PUT', `${stages}/${stage.stageId}`, { backendEndpointUrl: BACKEND });
    expect(modified.stage).toMatchObject(shown);
    expect(await listed()).toMatchObject([customDomain, { connectedStage: { stageId: stage.stageId } }]);
  });

  it('keeps it from being deleted until it is disconnected', async () => {
    const domain = await createDomain();
    await connect(domain);
    const path = `${DOMAINS}/${domain.customDomainId}`;
    expectError(await api.call('DELETE', path), 'INVALID_PARAMETER', ['customDomainId']);
    const removal = stack.query('DELETE FROM custom_domain WHERE id = $1', [domain.customDomainId]);
    await expect(removal).rejects.toThrow(/stage_host_custom_domain_id_fkey/);
    expect((await api.ok('DELETE', connection(domain))).customDomain.connectedStage).toBeNull();
    expect(await stageOf(stage.stageId)).toMatchObject({ stageCustomUrl: '', stageCustomDomainList: [] });
    await api.ok('DELETE', path);
  });

  it('is refused for one that is connected already, to this stage or another', async () => {
    const domain = await createDomain();
    const other = await api.createStage(serviceId, BACKEND, 'beta');
    await connect(domain);
    expectError(await connect(domain), 'CUSTOM_DOMAIN_NOT_CONNECTED', ['customDomainId']);
    expectError(await connect(domain, other), 'CUSTOM_DOMAIN_NOT_CONNECTED', ['customDomainId']);
    expectError(await api.call('DELETE', connection(domain, other)), 'INVALID_PARAMETER', ['customDomainId']);
    expect(await hostsOf(domain)).toEqual([{ stage_id: stage.stageId }]);
  });

  it('is refused for a stage or a domain that does not exist', async () => {
    const domain = await createDomain();
    const nowhere = { stageId: 'nowhere' };
    expectError(await connect(domain, nowhere), 'STAGE_NOT_FOUND');
    expectError(await api.call('DELETE', connection(domain, nowhere)), 'STAGE_NOT_FOUND');
    const nothing = { customDomainId: 'nothing' };
    expectError(await connect(nothing), 'INVALID_PARAMETER', ['customDomainId']);
    expectError(await api.call('DELETE', connection(nothing)), 'INVALID_PARAMETER', ['customDomainId']);
  });

  it('changes nothing when the registry of host names fails', async () => {
    const domain = await createDomain();
    const name = `fail_${stage.stageId}`;
    await stack.query(`
      CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.stage_id = '${stage.stageId}' THEN RAISE EXCEPTION 'the registry is down'; END IF;
        RETURN NEW;
      END $$`);
    await stack.query(`CREATE TRIGGER ${name} BEFORE INSERT ON stage_host FOR EACH ROW EXECUTE FUNCTION ${name}()`);
    try {
      expectError(await connect(domain), 'CUSTOM_DOMAIN_NOT_CONNECTED');
    } finally {
      await stack.query(`DROP FUNCTION ${name} CASCADE`);
    }
    expect((await listed())[0].connectedStage).toBeNull();
    expect((await connect(domain)).status).toBe(200);
  });

  it('is undone by deleting the stage or its service; the domain stays', async () => {
    const domain = await createDomain();
    await connect(domain);
    await api.ok('DELETE', `${stages}/${stage.stageId}`);
    expect((await listed())[0]).toEqual(domain);
    const next = await api.createStage(serviceId, BACKEND, 'next');
    expect((await connect(domain, next)).status).toBe(200);
    await api.ok('DELETE', `/services/${serviceId}`);
    expect(await listed()).toEqual([domain]);
  });

  it('keeps a PRE_API from calling the stage by that name', async () => {
    const domain = await createDomain();
    await connect(domain);
    const { stageResourceList } = await api.ok('GET', `${stages}/${stage.stageId}/resources`);
    const url = `https://${domain.customDomain}/x`;
    const stageResourcePluginList = [{ pluginType: 'PRE_API', pluginConfigJson: { httpMethod: 'GET', url } }];
    const path = `${stages}/${stage.stageId}/resources/${stageResourceList[0].stageResourceId}`;
    expectError(await api.call('PUT', path, { stageResourcePluginList }), 'PRE_API_URL_IS_STAGE_URL');
  });

  it('happens once when fifty clients connect it to two stages at once', async () => {
    const domain = await createDomain();
    const other = await api.createStage(serviceId, BACKEND, 'beta');
    const counts = await fiftyAtOnce((index) => connect(domain, index % 2 === 0 ? stage : other));
    expect(counts).toEqual({ 0: 1, 500103004: 49 });
    expect(await hostsOf(domain)).toHaveLength(1);
  });

  it('either happens or the domain is gone when fifty clients connect and delete it at once', async () => {
    const domain = await createDomain();
    const path = `${DOMAINS}/${domain.customDomainId}`;
    const counts = await fiftyAtOnce((index) => (index % 2 === 0 ? connect(domain) : api.call('DELETE', path)));
    expect(counts[0]).toBe(1);
    expect(Object.keys(counts).every((code) => ['0', '400100000', '500103004'].includes(code))).toBe(true);
    expect((await listed()).length).toBe((await hostsOf(domain)).length);
  });

  it('leaves no name behind when fifty clients connect domains while the stage is deleted', async () => {
    const domains = await Promise.all(Array.from({ length: 49 }, createDomain));
    const counts = await fiftyAtOnce((index) =>
      index === 25 ? api.call('DELETE', `${stages}/${stage.stageId}`) : connect(domains[index % 49]),
    );
    expect(Object.keys(counts).every((code) => ['0', '404103000', '500103004'].includes(code))).toBe(true);
    expect(
      (await api.ok('GET', `${DOMAINS}?limit=100`)).customDomainList.map((one: Json) => one.connectedStage),
    ).toEqual(domains.map(() => null));
  });
});

describe('a connected custom domain', () => {
  let gateway: SpokenGateway;

  beforeEach(async () => {
    gateway = new SpokenGateway('domains', stack);
    await api.deploy(serviceId, stage.stageId);
  });

  afterAll(() => gateway.call('DELETE', '/gateways/domains'));

  /** Waits until the gateway answers a host with this status. */
  async function untilServed(host: string, status: number): Promise<string> {
    for (const deadline = Date.now() + 10_000; ;) {
      const answer = await api.request(host, 'GET', '/hello');
      if (answer.status === status) return answer.text;
      if (Date.now() > deadline) throw new Error(`${host} is still answered with ${answer.status}`);
    }
  }

  it('is served by the gateway without a deployment, and no longer when it is disconnected', async () => {
    const domain = await createDomain();
    expect((await api.request(domain.customDomain, 'GET', '/hello')).status).toBe(404);
    await connect(domain);
    expect(await untilServed(domain.customDomain, 200)).toBe('hello');
    expect((await api.request(`${domain.customDomain.toUpperCase()}:80`, 'GET', '/hello')).text).toBe('hello');
    await api.ok('DELETE', connection(domain));
    await untilServed(domain.customDomain, 404);
    expect((await api.request(stage.stageUrl, 'GET', '/hello')).text).toBe('hello');
  });

  it('is connected also while a deployment of the stage runs', async () => {
    const domain = await createDomain();
    await gateway.manifest();
    await api.ok('PUT', `${stages}/${stage.stageId}`, { backendEndpointUrl: 'http://127.0.0.1:10081' });
    await api.importSwagger(serviceId, mockDocument('changed'));
    await api.ok('PUT', `${stages}/${stage.stageId}/resources`);
    await api.ok('POST', `${stages}/${stage.stageId}/deploys`);
    expect((await connect(domain)).status).toBe(200);
    const { latestStageDeployResult } = await api.ok('GET', `${stages}/${stage.stageId}/deploys/latest`);
    expect(latestStageDeployResult.deployStatus).toBe('DEPLOYING');
    expect((await gateway.wanted(stage.stageId))?.hosts).toEqual([domain.customDomain, stage.stageUrl]);
    await gateway.receipt(stage.stageId);
    expect(await api.waitForDeployment(serviceId, stage.stageId)).toMatchObject({ deployStatus: 'COMPLETE' });
  });
});
