import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { expectError } from '../harness/expectations.js';
import { type Stack, useStack } from '../harness/stack.js';

let stack: Stack;
let api: Api;
let serviceId: string;
let stage: Json;
let path: string;

const cors = {
  allowedMethods: ['GET'],
  allowedHeaders: ['*'],
  allowedOrigins: ['https://console.example.com'],
  exposedHeaders: [],
  maxCredentialsAge: 60,
  allowCredentials: true,
};
const document = {
  swagger: '2.0',
  info: { title: 'pets', version: '1' },
  basePath: '/v1',
  paths: {
    '/pets': {
      get: {
        summary: 'List pets',
        produces: ['application/json'],
        parameters: [{ name: 'limit', in: 'query', required: false, type: 'integer', format: 'int64' }],
        responses: { 200: { description: 'some', headers: { 'X-Total': { type: 'integer' } } } },
      },
      post: {
        consumes: ['application/json'],
        parameters: [{ name: 'pet', in: 'body', schema: { $ref: '#/definitions/Pet' } }],
        responses: { 201: { description: 'made', schema: { $ref: '#/definitions/Pet' } } },
      },
      'x-nhncloud-apigateway': { plugins: { CORS: cors } },
    },
    '/pets/{petId}': {
      get: {
        responses: { 200: { description: 'one' } },
        'x-nhncloud-apigateway': { plugins: { MOCK: { statusCode: 200, body: 'a pet' } } },
      },
    },
  },
  definitions: { Pet: { type: 'object', properties: { name: { type: 'string' } } } },
};

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
  serviceId = await api.createService();
  await api.importSwagger(serviceId, document);
  stage = await api.createStage(serviceId, 'http://127.0.0.1', 'alpha');
  path = `/services/${serviceId}/stages/${stage.stageId}/swagger`;
});

const exportOf = async (from: string): Promise<Json> => (await api.ok('GET', from)).swaggerData;

describe('the export of a stage', () => {
  it('is a Swagger document with the host, the methods, their plugins and the models', async () => {
    const swagger = await exportOf(path);
    expect(swagger).toMatchObject({
      swagger: '2.0',
      info: { title: 'alpha', version: expect.stringMatching(/Z$/) },
      host: stage.stageUrl,
      definitions: document.definitions,
    });
    expect(swagger.paths['/pets']['x-nhncloud-apigateway']).toEqual({ plugins: { CORS: cors } });
    expect(Object.keys(swagger.paths['/pets'])).toEqual(expect.arrayContaining(['get', 'post', 'options']));
    expect(swagger.paths['/pets'].get['x-nhncloud-apigateway'].plugins).toEqual({
      HTTP: { frontendEndpointPath: '/pets', backendEndpointPath: '/v1/pets' },
    });
    expect(swagger.paths['/pets/{petId}'].get.parameters).toMatchObject([{ name: 'petId', in: 'path' }]);
  });

  it('imported again gives the same resources, and the same export', async () => {
    const first = await exportOf(path);
    const other = await api.createService('other');
    await api.importSwagger(other, first);
    const strip = (list: Json[]) =>
      list.map(({ path: at, methodType, methodName, methodDescription, resourcePluginList }) => [
        at,
        methodType,
        methodName,
        methodDescription,
        resourcePluginList.map((plugin: Json) => [plugin.pluginType, plugin.pluginConfigJson]),
      ]);
    const resourcesOf = async (id: string) => strip((await api.ok('GET', `/services/${id}/resources`)).resourceList);
    expect(await resourcesOf(other)).toEqual(await resourcesOf(serviceId));
    const { stageId, stageUrl } = await api.createStage(other, 'http://127.0.0.1', 'alpha');
    const second = await exportOf(`/services/${other}/stages/${stageId}/swagger`);
    expect({ ...second, info: first.info, host: first.host }).toEqual(first);
    expect(second.host).toBe(stageUrl);
  });

  it('leaves the plugins of the stage out, and their secrets', async () => {
    const { stageResourceList } = await api.ok('GET', path.replace('/swagger', '/resources'));
    await api.ok('PUT', path.replace('/swagger', `/resources/${stageResourceList[0].stageResourceId}`), {
      stageResourcePluginList: [{ pluginType: 'HMAC', pluginConfigJson: { secretKey: 'hush-hush' } }],
    });
    expect(JSON.stringify(await exportOf(path))).not.toMatch(/HMAC|hush/);
  });

  it('follows the stage, not the service', async () => {
    await api.importSwagger(serviceId, { ...document, paths: { '/other': { get: { responses: {} } } } });
    expect(Object.keys((await exportOf(path)).paths)).toEqual(['/pets', '/pets/{petId}']);
  });

  it('is refused when the host name record is lost', async () => {
    await stack.query('DELETE FROM stage_host WHERE stage_id = $1', [stage.stageId]);
    expectError(await api.call('GET', path), 'HOST_RECORD_NOT_FOUND');
  });
});
