import type { Json } from '../../harness/api.js';
import { httpDocument } from '../../harness/documents.js';
import { corsPlugin, headerPlugin, httpPlugin, mockMethod, mockPlugin } from '../../resources/trees.js';
import type { Row, World } from './world.js';

const responses = { 200: { description: 'ok' } };

/** The import of a document that differs from a good one. */
function importOf(change: object): Row['arrange'] {
  return async ({ api }) => {
    const serviceId = await api.createService();
    const swaggerData = { ...httpDocument(), ...change };
    return () => api.call('POST', `/services/${serviceId}/resources/import`, { swaggerData });
  };
}

/** The import of a document with one operation, GET /a. */
const importOperation = (operation: object) => importOf({ paths: { '/a': { get: { responses, ...operation } } } });

/** The creation of paths in a service that has GET and POST /items, GET /items/{itemId}. */
function creationOf(...resourcePathList: object[]): Row['arrange'] {
  return async (world) => {
    const serviceId = await world.service();
    return () => world.api.call('POST', `/services/${serviceId}/resources`, { resourcePathList });
  };
}

/** A call on a resource of a service that also has CORS on /cors. */
function callOn(
  [path, methodType]: [path: string, methodType: string | null],
  call: (world: World, service: string, resourceId: string) => ReturnType<World['api']['call']>,
): Row['arrange'] {
  return async (world) => {
    const service = `/services/${await world.service()}`;
    const resourcePathList = [{ path: '/cors', pathPluginList: [corsPlugin] }];
    await world.api.ok('POST', `${service}/resources`, { resourcePathList });
    const resourceId = await world.resource(service, path, methodType);
    return () => call(world, service, resourceId);
  };
}

const removal = ({ api }: World, service: string, resourceId: string) =>
  api.call('DELETE', `${service}/resources/${resourceId}`);
const methodChange = ({ api }: World, service: string, resourceId: string) =>
  api.call('PUT', `${service}/resource-methods/${resourceId}`, { methodName: 'x' });
const pathChange = ({ api }: World, service: string, resourceId: string) =>
  api.call('PUT', `${service}/resource-paths/${resourceId}`, {});

export const resourcesRows = {
  SWAGGER_INVALID: { arrange: importOf({ swagger: '1.2' }), fields: ['/swagger'] },
  SWAGGER_INFO_MISSING: { arrange: importOf({ info: undefined }), fields: ['/info'] },
  SWAGGER_SCHEME_MISSING: { arrange: importOf({ schemes: [] }), fields: ['/schemes'] },
  SWAGGER_PATHS_MISSING: { arrange: importOf({ paths: undefined }), fields: ['/paths'] },
  SWAGGER_PLUGINS_INVALID: {
    arrange: importOperation({ 'x-nhncloud-apigateway': { plugins: { UNKNOWN: {} } } }),
    fields: ['/paths/~1a/get/x-nhncloud-apigateway/plugins/UNKNOWN'],
  },
  PATH_INVALID: { arrange: creationOf({ path: '/b c' }), fields: ['resourcePathList[0].path'] },
  MODEL_SCHEMA_INVALID: {
    arrange: async (world) => {
      const models = `/services/${await world.service()}/models`;
      return () => world.api.call('POST', models, { modelName: 'a', modelSchema: { type: 'nonsense' } });
    },
    fields: ['modelSchema/type'],
  },
  SWAGGER_PARAMETER_INVALID: {
    arrange: importOperation({ parameters: [{ in: 'query', name: 'x'.repeat(51), type: 'string' }] }),
    fields: ['/paths/~1a/get/parameters/0/name'],
  },
  SWAGGER_RESPONSE_INVALID: {
    arrange: importOperation({ responses: { 99: { description: 'no status' } } }),
    fields: ['/paths/~1a/get/responses/99'],
  },
  SWAGGER_MODEL_REFERENCE_INVALID: {
    arrange: importOperation({ responses: { 200: { description: 'ok', schema: { $ref: '#/definitions/None' } } } }),
    fields: ['/paths/~1a/get/responses/200/schema/$ref'],
  },
  CONTENT_TYPE_INVALID: {
    arrange: importOperation({ produces: ['nonsense'] }),
    fields: ['/paths/~1a/get/produces/0'],
  },
  METHOD_LIMIT_EXCEEDED: {
    // The stack allows five, and three are there.
    arrange: creationOf({
      path: '/many',
      methodList: (['GET', 'PUT', 'POST'] as const).map((method) => mockMethod(method)),
    }),
    fields: ['resourcePathList'],
  },
  NO_RESOURCE_TO_CREATE: { arrange: importOf({ paths: {} }), fields: ['/paths'] },
  ROOT_RESOURCE_NOT_DELETABLE: { arrange: callOn(['/', null], removal) },
  RESOURCE_PLUGIN_INVALID: {
    arrange: creationOf({ path: '/b', pathPluginList: [mockPlugin] }),
    fields: ['resourcePathList[0].pathPluginList[0].pluginType'],
  },
  RESOURCE_DUPLICATED: { arrange: creationOf({ path: '/items' }), fields: ['resourcePathList[0].path'] },
  CORS_METHOD_NOT_DELETABLE: { arrange: callOn(['/cors', 'OPTIONS'], removal) },
  FRONTEND_PATH_MISMATCH: {
    arrange: creationOf({
      path: '/b',
      methodList: [{ methodType: 'GET', methodName: 'x', methodPluginList: [httpPlugin('/c')] }],
    }),
    fields: ['resourcePathList[0].methodList[0].methodPluginList[0].pluginConfigJson.frontendEndpointPath'],
  },
  NOT_A_PATH: { arrange: callOn(['/items', 'GET'], pathChange) },
  NOT_A_METHOD: { arrange: callOn(['/items', null], methodChange) },
  RESOURCE_NOT_FOUND: { arrange: callOn(['/', null], (world, service) => removal(world, service, 'nope')) },
  PATH_VARIABLE_CONFLICT: { arrange: creationOf({ path: '/items/{other}' }), fields: ['resourcePathList[0].path'] },
  PATH_VARIABLE_UNDECLARED: {
    arrange: creationOf({ path: '/b', pathPluginList: [headerPlugin('${request.path.x}')] }),
    fields: ['resourcePathList[0].pathPluginList[0].pluginConfigJson.headers.X-Test'],
  },
  CONTEXT_VARIABLE_INVALID: {
    arrange: creationOf({ path: '/b', pathPluginList: [headerPlugin('${request.body}')] }),
    fields: ['resourcePathList[0].pathPluginList[0].pluginConfigJson.headers.X-Test'],
  },
  NOT_A_METHOD_FOR_PARAMETERS: {
    arrange: callOn(['/items', null], ({ api }, service, id) =>
      api.call('POST', `${service}/resources/${id}/parameters`, {}),
    ),
  },
  CORS_METHOD_HAS_NO_PARAMETERS: {
    arrange: callOn(['/cors', 'OPTIONS'], ({ api }, service, id) =>
      api.call('POST', `${service}/resources/${id}/responses`, {}),
    ),
  },
  MODEL_NOT_FOUND: {
    arrange: callOn(['/items', 'POST'], ({ api }, service, id) =>
      api.call('POST', `${service}/resources/${id}/parameters`, { requestBody: { name: 'x', modelId: 'nope' } }),
    ),
    fields: ['requestBody.modelId'],
  },
  MODEL_IN_USE: {
    arrange: async (world) => {
      const { api } = world;
      const service = `/services/${await world.service()}`;
      const { model } = await api.ok('POST', `${service}/models`, { modelName: 'used', modelSchema: {} });
      const parameters = `${service}/resources/${await world.resource(service, '/items', 'POST')}/parameters`;
      await api.ok('POST', parameters, { requestBody: { name: 'x', modelId: model.modelId } });
      return () => api.call('DELETE', `${service}/models/${model.modelId}`);
    },
  },
  MODEL_NAME_DUPLICATED: {
    arrange: async (world) => {
      const models = `/services/${await world.service()}/models`;
      const create = (): Promise<Json> => world.api.call('POST', models, { modelName: 'one', modelSchema: {} });
      await create();
      return create;
    },
  },
} satisfies Record<string, Row>;
