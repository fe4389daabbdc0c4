import { newId } from '../../src/kernel/ids.js';
import type { Api, Json } from './api.js';
import { mockDocument } from './documents.js';

const BACKEND = 'http://127.0.0.1:10080';
const redefined = { gatewayResponseType: 'NotFound', httpStatusCode: 404, headers: { 'X-A': 'a' }, body: {} };

/** A service with something of every kind in it. */
export interface RichService {
  readonly serviceId: string;
  readonly service: string;
  /** Deployed twice, published, under a custom domain besides; answers `second` to GET /hello. */
  readonly stage: Json;
  readonly customDomain: { readonly customDomainId: string; readonly customDomain: string };
  readonly policyId: string;
  readonly modelId: string;
}

/** Makes a service with something of every kind in it. */
export async function makeRichService(api: Api): Promise<RichService> {
  const serviceId = await api.createService('rich');
  const service = `/services/${serviceId}`;
  await api.importSwagger(serviceId, mockDocument('first'));
  const modelId = await describeMethod(api, service);
  await api.ok('PUT', `${service}/gateway-responses`, redefined);
  const policyId = await makePolicy(api, service);
  const stage = await api.createStage(serviceId, BACKEND, 'alpha');
  const path = `${service}/stages/${stage.stageId}`;
  await restrict(api, path, policyId);
  await demandComplete(api, serviceId, stage.stageId);
  await respond(api, service, 'second');
  await api.ok('PUT', `${path}/resources`);
  await api.ok('PUT', `${path}/access-log`, { isAccessLogOn: true });
  await demandComplete(api, serviceId, stage.stageId);
  await api.ok('PUT', `${path}/documents/publish`, { publishType: 'PUBLIC' });
  const { customDomain } = await api.ok('POST', '/custom-domains', { customDomain: `${newId()}.example.com` });
  await api.ok('POST', `${path}/custom-domains/${customDomain.customDomainId}`);
  const other = await api.createStage(serviceId, BACKEND);
  await sign(api, `${service}/stages/${other.stageId}`);
  return { serviceId, service, stage, customDomain, policyId, modelId };
}

async function demandComplete(api: Api, serviceId: string, stageId: string): Promise<void> {
  const { deployStatus, failureReason } = await api.deploy(serviceId, stageId);
  if (deployStatus !== 'COMPLETE') throw new Error(`The stage was not deployed: ${failureReason}`);
}

/** The id of the resource of a service with this path and method. */
export async function resourceIdOf(
  api: Api,
  service: string,
  path: string,
  methodType: string | null,
): Promise<string> {
  const { resourceList } = await api.ok('GET', `${service}/resources`);
  const found = resourceList.find((one: Json) => one.path === path && one.methodType === methodType);
  if (!found) throw new Error(`There is no ${methodType ?? 'path'} ${path}`);
  return found.resourceId;
}

/** Gives GET /hello parameters and responses of a model; gives the model's id. */
async function describeMethod(api: Api, service: string): Promise<string> {
  const body = { modelName: 'Pet', modelDescription: 'A pet', modelSchema: { type: 'object' } };
  const { modelId } = (await api.ok('POST', `${service}/models`, body)).model;
  const resource = `${service}/resources/${await resourceIdOf(api, service, '/hello', 'GET')}`;
  const query = { name: 'q', description: '', dataType: 'STRING', required: false, isArray: false };
  await api.ok('POST', `${resource}/parameters`, { queryStringList: [query] });
  const responseBody = { name: 'pet', description: '', modelId };
  await api.ok('POST', `${resource}/responses`, { responseList: [{ responseStatusCode: 200, responseBody }] });
  return modelId;
}

/** Lets GET /hello answer with a text from the next deployment on. */
async function respond(api: Api, service: string, text: string): Promise<void> {
  const resource = `${service}/resource-methods/${await resourceIdOf(api, service, '/hello', 'GET')}`;
  const mock = { statusCode: 200, headers: { 'Content-Type': 'text/plain' }, body: text };
  await api.ok('PUT', resource, {
    methodName: 'Hello',
    methodPluginList: [{ pluginType: 'MOCK', pluginConfigJson: mock }],
  });
}

async function makePolicy(api: Api, service: string): Promise<string> {
  const policies = `${service}/request-restriction-policies`;
  const policy = {
    requestRestrictionPolicyName: 'by header',
    requestRestrictionKeyType: 'HEADER',
    requestRestrictionKey: 'X-Member',
    defaultRequestsPerSecond: 100,
  };
  const { requestRestrictionPolicyId } = (await api.ok('POST', policies, policy)).requestRestrictionPolicy;
  const value = {
    requestRestrictionKeyValue: 'a',
    ipAccessControlType: 'ALLOW',
    ipAccessControlList: ['127.0.0.1', '10.0.0.0/8'],
  };
  await api.ok('POST', `${policies}/${requestRestrictionPolicyId}/key-values`, value);
  return requestRestrictionPolicyId;
}

async function restrict(api: Api, stage: string, requestRestrictionPolicyId: string): Promise<void> {
  const resource = await stageResourceOf(api, stage, '/hello', 'GET');
  await api.ok('PUT', `${stage}/resources/${resource}`, {
    stageResourcePluginList: [{ pluginType: 'REQUEST_RESTRICTION', pluginConfigJson: { requestRestrictionPolicyId } }],
  });
}

/** Sets a secret on the root of a stage. */
async function sign(api: Api, stage: string): Promise<void> {
  const resource = await stageResourceOf(api, stage, '/', null);
  await api.ok('PUT', `${stage}/resources/${resource}`, {
    stageResourcePluginList: [{ pluginType: 'HMAC', pluginConfigJson: { secretKey: 'very-secret' } }],
  });
}

async function stageResourceOf(api: Api, stage: string, path: string, methodType: string | null): Promise<string> {
  const { stageResourceList } = await api.ok('GET', `${stage}/resources`);
  const found = stageResourceList.find((one: Json) => one.path === path && one.methodType === methodType);
  if (!found) throw new Error(`The stage has no ${methodType ?? 'path'} ${path}`);
  return found.stageResourceId;
}
