import { createHmac } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import type { Api, Json } from '../harness/api.js';
import { type EchoBackend, startEchoBackend } from '../harness/backend.js';
import { mockDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

const HMAC_SECRET = 'hmac-secret-that-nobody-may-read';
const JWT_SECRET = 'jwt-secret-that-nobody-may-read-either';

let stack: PrivateStack;
let api: Api;
let backend: EchoBackend;
let gatewayDataDir: string;

beforeAll(async () => {
  stack = await startPrivateStack({ gateways: 0 });
  gatewayDataDir = await stack.gatewayDataDir('admission');
  const gateway = await stack.startGateway({ DATA_DIR: gatewayDataDir });
  api = await stack.newProject(gateway.port);
  backend = await startEchoBackend();
});

afterAll(async () => {
  await backend.close();
  await stack.stop();
});

interface Staged {
  readonly stageId: string;
  readonly stageUrl: string;
  readonly deploys: string;
  readonly deploy: () => Promise<Json>;
  /** Sets plugins on the root of the stage. */
  readonly set: (...plugins: Json[]) => Promise<void>;
}

async function stageOf(document: object): Promise<Staged & { serviceId: string }> {
  const serviceId = await api.createService('admission');
  await api.importSwagger(serviceId, document);
  const { stageId, stageUrl } = await api.createStage(serviceId, backend.url);
  const stage = `/services/${serviceId}/stages/${stageId}`;
  return {
    serviceId,
    stageId,
    stageUrl,
    deploys: `${stage}/deploys`,
    deploy: () => api.deploy(serviceId, stageId),
    set: async (...stageResourcePluginList) => {
      const { stageResourceList } = await api.ok('GET', `${stage}/resources`);
      await api.ok('PUT', `${stage}/resources/${stageResourceList[0].stageResourceId}`, { stageResourcePluginList });
    },
  };
}

const hmac = { pluginType: 'HMAC', pluginConfigJson: { secretKey: HMAC_SECRET } };
const jwt = { pluginType: 'JWT', pluginConfigJson: { encryptAlgorithm: 'HS256', hs256: { secretKey: JWT_SECRET } } };

function signedHeaders(path: string): Record<string, string> {
  const date = new Date().toISOString();
  const signature = createHmac('sha256', HMAC_SECRET).update(`GET\n${path}\n${date}`).digest('base64');
  return { 'x-nhn-date': date, authorization: `hmac algorithm="HmacSHA256", headers="", signature="${signature}"` };
}

async function tokenHeaders(): Promise<Record<string, string>> {
  const token = await new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(JWT_SECRET));
  return { authorization: `Bearer ${token}` };
}

describe('the secrets of a stage', () => {
  it('admit who knows them, through settings, deployment, control plane and gateway', async () => {
    const { set, deploy, stageUrl } = await stageOf(mockDocument());
    const statusOf = async (headers: Record<string, string>) =>
      (await api.request(stageUrl, 'GET', '/hello?a=1', { headers })).status;
    await set(hmac);
    expect(await deploy()).toMatchObject({ deployStatus: 'COMPLETE' });
    expect([
      await statusOf({}),
      await statusOf(signedHeaders('/hello')),
      await statusOf(signedHeaders('/hello?a=1')),
    ]).toEqual([401, 401, 200]);
    await set(jwt);
    expect(await deploy()).toMatchObject({ deployStatus: 'COMPLETE' });
    expect([
      await statusOf({}),
      await statusOf(signedHeaders('/hello?a=1')),
      await statusOf(await tokenHeaders()),
    ]).toEqual([401, 401, 200]);
  });

  it('lie in the database sealed, wherever they lie', async () => {
    const { set, deploy, stageId } = await stageOf(mockDocument());
    await set(hmac);
    await deploy();
    await set(jwt);
    await deploy();
    const rows = await stack.query<{ all: string }>('SELECT d::text AS all FROM deployment d WHERE stage_id = $1', [
      stageId,
    ]);
    expect(rows).toHaveLength(2);
    for (const { all } of rows) {
      expect(all).toContain('sealed:v1:');
      expect(all).not.toMatch(/secret-that-nobody/);
    }
    const tables = await stack.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
    );
    for (const { name } of tables) {
      const found = await stack.query(`SELECT 1 FROM "${name}" t WHERE t::text LIKE '%secret-that-nobody%'`);
      expect([name, found]).toEqual([name, []]);
    }
  });

  it('are in no log, and on the disk of a gateway only for its own account', async () => {
    const { set, deploy, stageId, stageUrl } = await stageOf(mockDocument());
    await set(hmac);
    await deploy();
    await api.request(stageUrl, 'GET', '/hello', { headers: signedHeaders('/other') });
    for (const process of [...stack.controlPlanes, ...stack.gateways])
      expect(process.output()).not.toMatch(/secret-that-nobody/);
    const folder = join(gatewayDataDir, 'gateway', 'stages');
    const file = (await readdir(folder)).find((name) => name.includes(stageId)) ?? '';
    expect(await readFile(join(folder, file), 'utf8')).toContain(HMAC_SECRET);
    expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
  });

  it('make another deployment when they change, and none when they stay, however they are sealed', async () => {
    const { set, deploy, deploys } = await stageOf(mockDocument());
    await set(hmac);
    await deploy();
    await set(hmac);
    expectError(await api.call('POST', deploys), 'STAGE_NOT_CHANGED');
    await set({ ...hmac, pluginConfigJson: { secretKey: 'another' } });
    expect(await deploy()).toMatchObject({ deployStatus: 'COMPLETE' });
  });
});

/** POST /pets takes a Pet, whose owner is a model of its own, with a query parameter and a header. */
function petDocument(ownerType: string): object {
  return {
    swagger: '2.0',
    info: { title: 'pets', version: '1' },
    consumes: ['application/json'],
    paths: {
      '/pets': {
        post: {
          parameters: [
            { name: 'limit', in: 'query', required: true, type: 'integer' },
            { name: 'X-Tenant', in: 'header', required: true, type: 'string' },
            { name: 'pet', in: 'body', schema: { $ref: '#/definitions/Pet' } },
          ],
          responses: { 200: { description: 'ok' } },
        },
      },
    },
    definitions: {
      Pet: { type: 'object', required: ['owner'], properties: { owner: { $ref: '#/definitions/Owner' } } },
      Owner: { type: ownerType },
    },
  };
}

describe('REQUEST_VALIDATOR', () => {
  const validator = { pluginType: 'REQUEST_VALIDATOR', pluginConfigJson: { isActive: true } };
  const headers = { 'content-type': 'application/json', 'x-tenant': 'a' };

  it('holds requests against the parameters and models of the deployment', async () => {
    const { serviceId, set, deploy, deploys, stageUrl } = await stageOf(petDocument('string'));
    await set(validator);
    expect(await deploy()).toMatchObject({ deployStatus: 'COMPLETE' });
    const post = async (body: string, path = '/pets?limit=1', more: Record<string, string> = headers) => {
      const { status, text } = await api.request(stageUrl, 'POST', path, { headers: more, body });
      return status === 200 ? JSON.parse(text).body : JSON.parse(text).header.resultMessage;
    };
    const body = ' {"owner" : "me"}';
    expect(await post(body)).toBe(body);
    expect(await post(body, '/pets')).toBe('Bad Request (query parameter limit: is required)');
    expect(await post(body, '/pets?limit=1', { 'content-type': 'application/json' })).toBe(
      'Bad Request (header x-tenant: is required)',
    );
    expect(await post(body, '/pets?limit=1', { ...headers, 'content-type': 'text/plain' })).toBe(
      'Bad Request (header content-type: must be application/json)',
    );
    expect(await post('{"owner": 1}')).toBe('Bad Request (body/owner: must be string)');

    expectError(await api.call('POST', deploys), 'STAGE_NOT_CHANGED');
    const { modelList } = await api.ok('GET', `/services/${serviceId}/models`);
    const owner = modelList.find((model: Json) => model.modelName === 'Owner');
    await api.ok('PUT', `/services/${serviceId}/models/${owner.modelId}`, { modelSchema: { type: 'integer' } });
    expect(await post(body)).toBe(body);
    expect(await deploy()).toMatchObject({ deployStatus: 'COMPLETE' });
    expect(await post('{"owner":1}')).toBe('{"owner":1}');
    expect(await post(body)).toBe('Bad Request (body/owner: must be integer)');
  });

  it('is not deployed with a model that refers to one that is not there', async () => {
    const { serviceId, set, deploys } = await stageOf(petDocument('string'));
    await set(validator);
    const { modelList } = await api.ok('GET', `/services/${serviceId}/models`);
    const pet = modelList.find((model: Json) => model.modelName === 'Pet');
    await api.ok('PUT', `/services/${serviceId}/models/${pet.modelId}`, {
      modelSchema: { items: { $ref: '#/definitions/Gone' } },
    });
    expectError(await api.call('POST', deploys), 'STAGE_PLUGIN_UNREADABLE', ['POST /pets']);
  });
});
