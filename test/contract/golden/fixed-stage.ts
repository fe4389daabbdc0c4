import type { CompilerInput, CompilerPlugin, CompilerResource } from '../../../src/compiler/index.js';
import { resourcePlugins, stagePlugins } from '../../../src/contract/plugins/index.js';

const plugins = { ...resourcePlugins, ...stagePlugins };
type PluginType = keyof typeof plugins;

/** Settings of a plugin as they are stored: checked, with every default in place. */
function plugin(pluginType: PluginType, config: object): CompilerPlugin {
  return { pluginType, config: plugins[pluginType].settings.parse(config) };
}

function resource(
  path: string,
  methodType: CompilerResource['methodType'],
  ...set: CompilerPlugin[]
): CompilerResource {
  return { path, methodType, madeByCors: false, customBackendEndpointUrl: null, plugins: set };
}

const http = (path: string): CompilerPlugin =>
  plugin('HTTP', { frontendEndpointPath: path, backendEndpointPath: '/pets/${request.path.petId}' });

const modelId = 'model000000000000001';

/**
 * Settings of a stage with every plugin that there is. Never change it: what it is compiled to is pinned, for gateways
 * that are older or newer than the control plane.
 */
export const fixedStage: CompilerInput = {
  stageId: 'stage000000000000001',
  serviceId: 'service0000000000001',
  regionCode: 'KR1',
  stageName: 'alpha',
  backendEndpointUrl: 'http://backend.example.com:10080',
  accessLog: true,
  resources: [
    resource(
      '/',
      null,
      plugin('IP_ACL', {
        isPermit: true,
        ipAclList: [{ ipCidrAddress: '10.0.0.0/8' }, { ipCidrAddress: '2001:db8::/32' }],
      }),
      plugin('HMAC', { secretKey: 'a secret', clockSkewSeconds: 30, enforceHeaders: ['x-nhn-date'] }),
      plugin('RATE_LIMIT', { keyType: 'DEFAULT', requestPerSec: 100 }),
      plugin('REQUEST_RESTRICTION', { requestRestrictionPolicyId: 'policy00000000000001' }),
    ),
    resource(
      '/pets',
      null,
      plugin('CORS', {
        allowedMethods: ['GET'],
        allowedHeaders: ['*'],
        allowedOrigins: ['https://shop.example.com'],
        allowCredentials: true,
        maxCredentialsAge: 60,
      }),
    ),
    resource(
      '/pets',
      'POST',
      plugin('HTTP', { frontendEndpointPath: '/pets', backendEndpointPath: '/pets' }),
      plugin('REQUEST_VALIDATOR', { isActive: true }),
      plugin('API_KEY', { isActive: true }),
    ),
    resource('/pets/{petId}', null),
    resource(
      '/pets/{petId}',
      'GET',
      http('/pets/{petId}'),
      plugin('SET_REQUEST_HEADER', { headers: { 'X-Pet': '${request.path.petId}' } }),
      plugin('REMOVE_REQUEST_HEADER', { headers: ['X-Internal'] }),
      plugin('SET_RESPONSE_HEADER', { headers: { 'X-Served-By': '$!{request.header.X-Region}' } }),
      plugin('REMOVE_RESPONSE_HEADER', { headers: ['Server'] }),
      plugin('ADD_REQUEST_QUERY_PARAMETER', { parameters: { from: '${request.clientIp}' } }),
      plugin('PRE_API', { httpMethod: 'GET', url: 'https://auth.example.com/check', cacheTtl: 60 }),
      plugin('RATE_LIMIT', { keyType: 'PATH_VARIABLE', extraKeyValue: '${request.path.petId}', requestPerSec: 5 }),
    ),
    resource('/hello', null),
    resource(
      '/hello',
      'GET',
      plugin('MOCK', { statusCode: 200, headers: { 'Content-Type': 'text/plain' }, body: 'hello ${request.host}' }),
    ),
  ],
  gatewayResponses: [
    {
      type: 'NotFound',
      status: 404,
      headers: { 'X-Error': '${error.resultCode}' },
      bodies: { 'application/json': '{"message":"${error.resultMessage}"}' },
    },
  ],
  methods: [
    {
      path: '/pets',
      methodType: 'POST',
      parameters: {
        queryStringList: [{ name: 'dryRun', description: '', dataType: 'BOOLEAN', required: true, isArray: false }],
        headerList: [{ name: 'X-Trace', description: '', dataType: 'STRING', required: true }],
        formDataList: [],
        requestBody: { modelId },
        contentTypeList: ['application/json'],
      },
    },
  ],
  models: [{ id: modelId, name: 'Pet', schema: { type: 'object', required: ['name'] } }],
};
