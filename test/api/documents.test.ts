import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import SwaggerParser from '@apidevtools/swagger-parser';
import { newId } from '../../src/kernel/ids.js';
import type { Api, Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { expectError, fiftyAtOnce } from '../harness/expectations.js';
import { type PrivateStack, type Stack, startPrivateStack, useStack } from '../harness/stack.js';

const BACKEND = 'http://127.0.0.1:10080';

let stack: Stack;
let api: Api;
let serviceId: string;
let stageId: string;
let stage: string;
let swagger: string;
let publish: string;

const document = {
  swagger: '2.0',
  info: { title: 'members', version: '1' },
  paths: {
    '/members/{proxy+}': {
      get: {
        summary: 'Member API',
        description: 'All of it',
        consumes: ['application/json'],
        produces: ['application/xml', 'application/json'],
        parameters: [
          { name: 'memberId', in: 'query', description: 'member id', required: false, type: 'string' },
          { name: 'x-request-id', in: 'header', description: 'Request ID', required: false, type: 'string' },
          { name: 'Member', in: 'body', description: 'Member', schema: { $ref: '#/definitions/MemberModel' } },
        ],
        responses: {
          200: { description: 'found', schema: { $ref: '#/definitions/MemberModel' } },
          404: { description: 'gone', headers: { 'x-response-id': { type: 'string', description: 'Response ID' } } },
        },
        'x-nhncloud-apigateway': { plugins: { MOCK: { statusCode: 200, body: 'hi' } } },
      },
      post: { responses: {} },
    },
  },
  definitions: { MemberModel: { type: 'object', properties: { name: { type: 'string' } } } },
};

beforeAll(async () => {
  stack = await useStack();
});

async function makeStage(owner: Api): Promise<void> {
  api = owner;
  serviceId = await api.createService();
  await api.importSwagger(serviceId, document);
  stageId = (await api.createStage(serviceId, BACKEND, 'alpha')).stageId;
  stage = `/services/${serviceId}/stages/${stageId}`;
  swagger = `${stage}/documents/swagger`;
  publish = `${stage}/documents/publish`;
}

const read = (): Promise<Json> => api.ok('GET', swagger);

/** Runs SQL on the settings of the live deployment: `change` makes the new value of `resources`. */
async function changeLive(change: (resources: Json[]) => void): Promise<void> {
  const [row] = await stack.query<{ id: string; settings: Json }>(
    'SELECT d.id, d.settings FROM deployment d JOIN stage s ON s.live_deployment_id = d.id WHERE s.id = $1',
    [stageId],
  );
  change(row?.settings.resources);
  await stack.query('UPDATE deployment SET settings = $2 WHERE id = $1', [row?.id, row?.settings]);
}

function addPlugin(resources: Json[], place: [string, string | null], pluginType: string, config: object): void {
  const [resource] = resources.filter((one) => one.path === place[0] && one.methodType === place[1]);
  const { createdAt, updatedAt } = resource;
  resource.plugins.push({ id: pluginType, pluginType, config, createdAt, updatedAt });
}

describe('the API document of a stage', () => {
  beforeEach(async () => makeStage(await stack.newProject()));

  it('is bare Swagger 2.0 of what is live, in the form of the guide', async () => {
    const { deployedAt } = await api.deploy(serviceId, stageId);
    const model = { $ref: '#/definitions/MemberModel', originalRef: 'MemberModel' };
    expect(await read()).toEqual({
      swagger: '2.0',
      info: { version: deployedAt, title: 'alpha' },
      host: `kr1-${serviceId}-alpha.api.localhost`,
      schemes: ['https', 'http'],
      paths: {
        '/members/{proxy+}': {
          get: {
            ...document.paths['/members/{proxy+}'].get,
            parameters: [
              { name: 'proxy+', in: 'path', description: 'proxy+', required: true, type: 'string' },
              ...document.paths['/members/{proxy+}'].get.parameters.slice(0, 2),
              { name: 'Member', in: 'body', description: 'Member', required: false, schema: model },
            ],
            responses: {
              200: {
                description: 'found',
                schema: { ...model, originalRef: model.$ref },
                responseSchema: model,
              },
              404: document.paths['/members/{proxy+}'].get.responses[404],
            },
            'x-nhncloud-apigateway': { plugins: { MOCK: { statusCode: 200, headers: {}, body: 'hi' } } },
          },
          post: expect.objectContaining({
            summary: 'POST',
            responses: { 200: expect.objectContaining({ description: 'default response' }) },
          }),
        },
      },
      securityDefinitions: {},
      definitions: document.definitions,
    });
  });

  it('is valid Swagger but for what the guide itself adds, and can be imported', async () => {
    await api.deploy(serviceId, stageId);
    await changeLive((resources) => addPlugin(resources, ['/', null], 'API_KEY', { isActive: true }));
    const written = await read();
    const additions = new Set(['originalRef', 'responseSchema']);
    const plain = JSON.parse(JSON.stringify(written, (key, value) => (additions.has(key) ? undefined : value)));
    await expect(SwaggerParser.validate(plain)).resolves.toMatchObject({ swagger: '2.0' });
    const other = await api.createService('other');
    await api.importSwagger(other, written);
    const strip = async (id: string) =>
      (await api.ok('GET', `/services/${id}/resources`)).resourceList.map((one: Json) => [
        one.path,
        one.methodType,
        one.methodName,
        one.resourcePluginList.map((plugin: Json) => [plugin.pluginType, plugin.pluginConfigJson]),
      ]);
    expect(await strip(other)).toEqual(await strip(serviceId));
    const { modelList } = await api.ok('GET', `/services/${other}/models`);
    expect(modelList).toMatchObject([{ modelName: 'MemberModel', modelSchema: document.definitions.MemberModel }]);
  });

  it('stays what was deployed when stage, models and parameters change, until the next deployment', async () => {
    await api.deploy(serviceId, stageId);
    const before = await read();
    await api.importSwagger(serviceId, { ...mockDocument(), definitions: { Other: { type: 'string' } } });
    await api.ok('PUT', `${stage}/resources`);
    expect(await read()).toEqual(before);
    await api.deploy(serviceId, stageId);
    const after = await read();
    expect(Object.keys(after.paths)).toEqual(['/hello']);
    expect(after.definitions).toEqual({ Other: { type: 'string' } });
  });

  it('can be deployed when nothing but the documentation has changed; new ids alone are no change', async () => {
    await api.deploy(serviceId, stageId);
    const { modelList } = await api.ok('GET', `/services/${serviceId}/models`);
    const model = `/services/${serviceId}/models/${modelList[0].modelId}`;
    await api.ok('PUT', model, { modelSchema: { type: 'object' } });
    await api.deploy(serviceId, stageId);
    expect((await read()).definitions).toEqual({ MemberModel: { type: 'object' } });
    await api.ok('PUT', model, { modelSchema: document.definitions.MemberModel });
    await api.deploy(serviceId, stageId);
    // The import gives models and resources new ids.
    await api.importSwagger(serviceId, document);
    expectError(await api.call('POST', `${stage}/deploys`), 'STAGE_NOT_CHANGED');
    const { resourceList } = await api.ok('GET', `/services/${serviceId}/resources`);
    const { resourceId } = resourceList.find((one: Json) => one.methodType === 'POST');
    const responseList = [{ responseStatusCode: 201, description: 'made' }];
    await api.ok('POST', `/services/${serviceId}/resources/${resourceId}/responses`, { responseList });
    await api.deploy(serviceId, stageId);
    expect((await read()).paths['/members/{proxy+}'].post.responses).toEqual({ 201: { description: 'made' } });
  });

  it('says per method what callers must show, of each kind the nearest setting, and never a secret', async () => {
    await api.deploy(serviceId, stageId);
    await changeLive((resources) => {
      addPlugin(resources, ['/', null], 'HMAC', { secretKey: 'sealed:v1:hush' });
      addPlugin(resources, ['/members/{proxy+}', 'GET'], 'API_KEY', { isActive: true });
      addPlugin(resources, ['/', null], 'IP_ACL', { isPermit: true, ipAclList: [{ ipCidrAddress: '10.1.2.3' }] });
    });
    const { paths, securityDefinitions } = await read();
    const { get, post } = paths['/members/{proxy+}'];
    expect(get.security).toEqual([{ 'x-nhncloud-hmac': [], 'x-nhncloud-apikey': [] }]);
    expect(post.security).toEqual([{ 'x-nhncloud-hmac': [] }]);
    expect(securityDefinitions).toEqual({
      'x-nhncloud-hmac': { type: 'apiKey', name: 'Authorization', in: 'header' },
      'x-nhncloud-apikey': { type: 'apiKey', name: 'x-nhn-apikey', in: 'header' },
    });
    expect(JSON.stringify(await read())).not.toMatch(/hush|sealed|10\.1\.2\.3|IP_ACL/);
    await changeLive((resources) => {
      resources[0].plugins = [];
      addPlugin(resources, ['/', null], 'JWT', { encryptAlgorithm: 'HS256', hs256: { secretKey: 'hush' } });
    });
    expect((await read()).securityDefinitions['x-nhncloud-jwt']).toEqual({
      type: 'apiKey',
      name: 'Authorization',
      in: 'header',
    });
  });

  it('does not exist before the first deployment is complete', async () => {
    expectError(await api.call('GET', swagger), 'DOCUMENT_NOT_FOUND');
    expectError(await api.call('GET', swagger.replace(stageId, 'nope')), 'STAGE_NOT_FOUND');
    expectError(await api.call('GET', swagger.replace(serviceId, 'nope')), 'SERVICE_NOT_FOUND');
    const stranger = await stack.newProject();
    await api.deploy(serviceId, stageId);
    expectError(await stranger.call('GET', swagger), 'SERVICE_NOT_FOUND');
  });

  it('is refused when a plugin of the deployed stage cannot be written, and names it', async () => {
    await api.deploy(serviceId, stageId);
    await changeLive((resources) => {
      addPlugin(resources, ['/', null], 'TELEPATHY', {});
      addPlugin(resources, ['/members/{proxy+}', 'GET'], 'REMOVE_REQUEST_HEADER', { headers: 'all' });
    });
    const fields = ['/ TELEPATHY', 'GET /members/{proxy+} REMOVE_REQUEST_HEADER'];
    expectError(await api.call('GET', swagger), 'DOCUMENT_PLUGIN_FAILED', fields);
  });

  it.each([
    ['settings', '{}'],
    ['documentation', '{"methods":[{}],"models":[]}'],
    ['snapshot', '{}'],
  ])('is refused when the %s of the deployment cannot be read', async (column, damaged) => {
    const { deployId } = await api.deploy(serviceId, stageId);
    await stack.query(`UPDATE deployment SET ${column} = $2 WHERE id = $1`, [deployId, damaged]);
    expectError(await api.call('GET', swagger), 'SNAPSHOT_UNREADABLE');
  });
});

describe('the deployment of a stage', () => {
  beforeEach(async () => makeStage(await stack.newProject()));

  it('is refused when the parameters of a method cannot be read', async () => {
    await stack.query(
      `UPDATE resource SET parameters = '{"headerList":7}' WHERE service_id = $1 AND method_type = 'GET'`,
      [serviceId],
    );
    expectError(await api.call('POST', `${stage}/deploys`), 'SNAPSHOT_NOT_SERIALIZABLE');
  });

  it('waits for whoever is changing the service, and then has the models that the methods speak of', async () => {
    const importer = await stack.connect();
    try {
      // As the import of another control plane does: models and what names them get new ids.
      await importer.query('BEGIN');
      await importer.query('SELECT id FROM service WHERE id = $1 FOR UPDATE', [serviceId]);
      const deploying = api.ok('POST', `${stage}/deploys`);
      await stack.waitForLockWaiter(importer);
      const [model] = (await importer.query<{ id: string }>('SELECT id FROM model WHERE service_id = $1', [serviceId]))
        .rows;
      await importer.query(
        `INSERT INTO model (id, project_id, service_id, name, schema)
         SELECT $2, project_id, service_id, 'RenewedModel', schema FROM model WHERE id = $1`,
        [model?.id, newId()],
      );
      await importer.query(
        `UPDATE resource SET
           parameters = replace(parameters::text, $1, n.id)::jsonb, responses = replace(responses::text, $1, n.id)::jsonb
         FROM model n WHERE n.service_id = $2 AND n.name = 'RenewedModel' AND resource.service_id = $2`,
        [model?.id, serviceId],
      );
      await importer.query('DELETE FROM model_reference WHERE model_id = $1', [model?.id]);
      await importer.query('DELETE FROM model WHERE id = $1', [model?.id]);
      await importer.query('COMMIT');
      await deploying;
      await api.waitForDeployment(serviceId, stageId);
    } finally {
      await importer.end();
    }
    const { get } = (await read()).paths['/members/{proxy+}'];
    expect(get.parameters.at(-1).schema.$ref).toBe('#/definitions/RenewedModel');
    expect(get.responses[200].schema.$ref).toBe('#/definitions/RenewedModel');
  });
});

describe('the publish state of an API document', () => {
  beforeEach(async () => makeStage(await stack.newProject()));

  const state = async (): Promise<Json> => (await api.ok('GET', publish)).document;
  const set = async (publishType: string): Promise<Json> => (await api.ok('PUT', publish, { publishType })).document;

  it('is PRIVATE without a link in the beginning, and keeps its link from the first publication on', async () => {
    await api.deploy(serviceId, stageId);
    expect(await state()).toEqual({ stageId, publishType: 'PRIVATE', publishUrl: null });
    expect(await set('PRIVATE')).toEqual({ stageId, publishType: 'PRIVATE', publishUrl: null });
    const published = await set('PUBLIC');
    expect(published).toEqual({
      stageId,
      publishType: 'PUBLIC',
      publishUrl: expect.stringMatching(/^http:\/\/localhost:\d+\/documents\/[a-z0-9]{20}$/),
    });
    expect(await set('PUBLIC')).toEqual(published);
    expect(await set('PRIVATE')).toEqual({ ...published, publishType: 'PRIVATE' });
    expect(await set('PUBLIC')).toEqual(published);
    expect(await state()).toEqual(published);
  });

  it('has one link when fifty clients publish first at once', async () => {
    await api.deploy(serviceId, stageId);
    const links = new Set<string>();
    const counts = await fiftyAtOnce(async () => {
      const answer = await api.call('PUT', publish, { publishType: 'PUBLIC' });
      links.add(answer.body.document?.publishUrl);
      return answer;
    });
    expect(counts).toEqual({ 0: 50 });
    expect([...links]).toEqual([(await state()).publishUrl]);
  });

  it('is no setting of the stage: its date stays, and there is nothing to deploy', async () => {
    await api.deploy(serviceId, stageId);
    const before = await api.ok('GET', stage);
    await set('PUBLIC');
    expect(await api.ok('GET', stage)).toEqual(before);
    expectError(await api.call('POST', `${stage}/deploys`), 'STAGE_NOT_CHANGED');
  });

  it('needs a deployed stage of the project', async () => {
    const stranger = await stack.newProject();
    for (const [method, body] of [['GET'], ['PUT', { publishType: 'PUBLIC' }]] as const) {
      expectError(await api.call(method, publish, body), 'DOCUMENT_STAGE_NOT_FOUND');
      expectError(await api.call(method, publish.replace(stageId, 'nope'), body), 'DOCUMENT_STAGE_NOT_FOUND');
      expectError(await api.call(method, publish.replace(serviceId, 'nope'), body), 'SERVICE_NOT_FOUND');
    }
    await api.deploy(serviceId, stageId);
    expectError(await stranger.call('PUT', publish, { publishType: 'PUBLIC' }), 'SERVICE_NOT_FOUND');
    const other = await api.createService('other');
    const foreign = publish.replace(serviceId, other);
    expectError(await api.call('PUT', foreign, { publishType: 'PUBLIC' }), 'DOCUMENT_STAGE_NOT_FOUND');
    expect(await state()).toMatchObject({ publishType: 'PRIVATE', publishUrl: null });
  });

  it.each([[{}], [{ publishType: 'public' }], [{ publishType: null }], [{ publishType: ['PUBLIC'] }]])(
    'is not changed by %j',
    async (body) => {
      await api.deploy(serviceId, stageId);
      expectError(await api.call('PUT', publish, body), 'INVALID_INPUT', ['publishType']);
      expect(await state()).toMatchObject({ publishType: 'PRIVATE', publishUrl: null });
    },
  );
});

describe('while a deployment is running', () => {
  let quiet: PrivateStack;

  beforeAll(async () => {
    const variables = {
      DEPLOY_TIMEOUT_MS: '60000',
      PUBLIC_URL: 'https://gw.example/x/',
      GATEWAY_PUBLIC_PORT: '8443',
    };
    quiet = await startPrivateStack({ variables });
  });

  afterAll(() => quiet.stop());

  it('the document is what was live before, and can be published under the public URL', async () => {
    await makeStage(await quiet.newProject());
    const { deployedAt } = await api.deploy(serviceId, stageId);
    // A gateway that is counted as alive but never answers keeps the deployment running.
    await quiet.query(
      `INSERT INTO gateway (id, server_group_id, format_version, last_seen_at)
       SELECT 'silent', id, 1, now() + interval '1 hour' FROM server_group WHERE region_code = 'KR1'`,
    );
    await api.ok('PUT', stage, { backendEndpointUrl: 'http://127.0.0.1:10081' });
    await api.ok('POST', `${stage}/deploys`);
    expect((await read()).info.version).toBe(deployedAt);
    const { document: published } = await api.ok('PUT', publish, { publishType: 'PUBLIC' });
    expect(published.publishUrl).toMatch(/^https:\/\/gw\.example\/x\/documents\/[a-z0-9]{20}$/);
    // The gateway's port is what browsers need; the name of the stage stays without it.
    const page = await fetch(`${quiet.address.controlUrl}/documents/${published.publishUrl.split('/').at(-1)}`);
    const { host } = await read();
    expect(host).toBe(`kr1-${serviceId}-alpha.api.localhost`);
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain(`connect-src 'self' http://${host}:8443 https://${host}:8443;`);
    const document: Json = await (await fetch(`${page.url}/swagger.json`)).json();
    expect([document.host, document.schemes]).toEqual([`${host}:8443`, ['http', 'https']]);
  });
});
