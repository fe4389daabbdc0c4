import { corsPlugin, mockMethod } from '../resources/trees.js';
import type { Api, HeadedAnswer, Json } from './api.js';
import { demandEnded } from './deployment-plans.js';
import { EveryWrite } from './every-write.js';
import type { Ids } from './one-of-each.js';
import { type ApiOperation, pathOf } from './operations.js';
import { newestItem } from './recycle-bin.js';
import type { PrivateStack } from './stack.js';
import { joinProject, newUser } from './users.js';

const BACKEND = 'http://127.0.0.1:10080';
const RESPONSE_TYPES = ['NotFound', 'Forbidden', 'Unauthorized', 'InternalServerError', 'BadGateway', 'BadRequest'];

/** What an operation is called with here, where {@link EveryWrite} has nothing that it can do its whole work on. */
interface Call {
  readonly ids?: Ids;
  readonly query?: string;
  readonly body?: unknown;
}

/** `count` things of each kind, wherever there can be several, and calls that do their work on as many. */
export class ManyOfEach {
  private constructor(
    private readonly world: EveryWrite,
    private readonly calls: Readonly<Record<string, Call>>,
  ) {}

  static async on(stack: PrivateStack, count: number): Promise<ManyOfEach> {
    const world = await EveryWrite.on(stack, documentOf(count));
    await addToProject(stack, world, count);
    await addToService(world, count);
    await addToInstallation(stack, world, count);
    return new ManyOfEach(world, await callsOf(world, count));
  }

  /** Calls an operation of either version so that it succeeds; gives the SQL statements that it has sent. */
  async countStatements(operation: ApiOperation): Promise<number> {
    const id = operation.id.replace(/V2$/, '');
    const answer = await (this.calls[id]
      ? this.call(operation, this.calls[id])
      : this.world.call({ ...operation, id }));
    const counted = answer.headers.get('x-test-statements');
    if (answer.status !== 200 || counted === null) {
      throw new Error(`${operation.id}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    // What comes next may be refused while a deployment runs.
    if (id === 'deployStage') await waitForDeployments(this.world);
    return Number(counted);
  }

  private call(operation: ApiOperation, { ids, query, body }: Call): Promise<HeadedAnswer> {
    const { method, exampleQuery, exampleBody, bodyType } = operation;
    const path = pathOf(operation, { ...this.world.ids, ...ids, appKey: this.world.api.appKey });
    const sent = body ?? exampleBody;
    return this.world.clientOf(operation).callPath(method, path + (query ?? exampleQuery), sent, bodyType);
  }
}

/** A document with two methods under each of `count` paths, with plugins, parameters, responses and a model each. */
function documentOf(count: number): object {
  const numbers = Array.from({ length: count }, (_unused, at) => at);
  const id = { name: 'id', in: 'path', required: true, type: 'string' };
  const path = (at: number): [string, object] => {
    const schema = { $ref: `#/definitions/Thing${at}` };
    const responses = { 200: { description: 'ok', schema } };
    const body = { name: 'body', in: 'body', schema };
    return [`/things${at}/{id}`, { get: { parameters: [id], responses }, put: { parameters: [id, body], responses } }];
  };
  const definitions = numbers.map((at): [string, object] => [`Thing${at}`, { type: 'object' }]);
  return {
    swagger: '2.0',
    info: { title: 'many', version: '1' },
    paths: Object.fromEntries(numbers.map(path)),
    definitions: Object.fromEntries(definitions),
  };
}

async function addToProject(stack: PrivateStack, { api, ids }: EveryWrite, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    await api.createService(`more ${at}`);
    const { apiKeyId } = (await api.ok('POST', '/apikeys', { apiKeyName: 'x', apiKeyStatus: 'ACTIVE' })).apiKey;
    const subscriptions = `/usage-plans/${ids['usagePlanId']}/stages/${ids['stageId']}/subscriptions`;
    await api.ok('POST', subscriptions, { apiKeyIdList: [apiKeyId] });
    const { usagePlanId } = (await api.ok('POST', '/usage-plans', { usagePlanName: 'x' })).usagePlan;
    await api.ok('POST', `/usage-plans/${usagePlanId}/stages/${ids['stageId']}`);
    const domain = { customDomain: `more${at}-${api.appKey.slice(-12)}.example.com` };
    const { customDomainId } = (await api.ok('POST', '/custom-domains', domain)).customDomain;
    await api.ok(
      'POST',
      `/services/${ids['apigwServiceId']}/stages/${ids['stageId']}/custom-domains/${customDomainId}`,
    );
    await joinProject(stack, api, await newUser(stack), 'MEMBER');
  }
}

async function addToService({ api, ids }: Pick<EveryWrite, 'api' | 'ids'>, count: number): Promise<void> {
  const service = `/services/${ids['apigwServiceId']}`;
  const policies = `${service}/request-restriction-policies`;
  const policy = { requestRestrictionKeyType: 'HEADER', requestRestrictionKey: 'X-A' };
  for (let at = 0; at < count; at += 1) {
    const { stageId } = await api.createStage(ids['apigwServiceId'] ?? '', BACKEND, `more${at}`);
    await api.ok('POST', `/usage-plans/${ids['usagePlanId']}/stages/${stageId}`);
    const stage = { backendEndpointUrl: `http://127.0.0.1:${10_090 + at}` };
    await api.ok('PUT', `${service}/stages/${ids['stageId']}`, stage);
    await api.ok('POST', `${service}/stages/${ids['stageId']}/deploys`);
    await waitForDeployments({ api, ids });
    await api.ok('POST', `${service}/models`, { modelName: `More${at}`, modelSchema: {} });
    await api.ok('PUT', `${service}/gateway-responses`, {
      gatewayResponseType: RESPONSE_TYPES[at % RESPONSE_TYPES.length],
      httpStatusCode: 404,
    });
    await api.ok('POST', policies, { ...policy, requestRestrictionPolicyName: `more${at}` });
    const value = { requestRestrictionKeyValue: `more${at}`, requestsPerSecond: 1 };
    await api.ok('POST', `${policies}/${ids['requestRestrictionPolicyId']}/key-values`, value);
  }
}

async function addToInstallation(stack: PrivateStack, { admin, ids }: EveryWrite, count: number): Promise<void> {
  const project = `/v2.0/projects/${ids['projectId']}`;
  for (let at = 0; at < count; at += 1) {
    const { userId } = await newUser(stack);
    await admin.okPath('PUT', `${project}/members/${userId}`, { role: 'MEMBER' });
    await admin.okPath('POST', `${project}/appkeys`, { appKeyName: `more${at}` });
    await admin.okPath('POST', '/v2.0/projects', { projectName: `more${at}` });
    await admin.okPath('POST', '/v2.0/gateway-tokens', { gatewayTokenName: 'x', regionCode: 'KR1' });
    await admin.okPath('POST', `/v2.0/users/${ids['userId']}/access-keys`, { accessKeyName: `more${at}` });
  }
}

function waitForDeployments({ api, ids }: Pick<EveryWrite, 'api' | 'ids'>): Promise<void> {
  return demandEnded(api, ids['apigwServiceId'] ?? '', ids['stageId'] ?? '');
}

async function newKeys(api: Api, count: number): Promise<string[]> {
  const made: string[] = [];
  while (made.length < count) {
    made.push((await api.ok('POST', '/apikeys', { apiKeyName: 'x', apiKeyStatus: 'ACTIVE' })).apiKey.apiKeyId);
  }
  return made;
}

/** A service with `count` stages, each of which has `count` paths. */
async function newService(api: Api, count: number): Promise<string> {
  const serviceId = await api.createService('stages');
  await api.importSwagger(serviceId, documentOf(count));
  for (let at = 0; at < count; at += 1) await api.createStage(serviceId, BACKEND, `s${at}`);
  return serviceId;
}

async function callsOf({ api, ids }: EveryWrite, count: number): Promise<Record<string, Call>> {
  const service = `/services/${ids['apigwServiceId']}`;
  const { resourceList } = await api.ok('GET', `${service}/resources`);
  const idOf = (path: string) =>
    resourceList.find((one: Json) => one.path === path && one.methodType === null).resourceId as string;
  const { latestStageDeployResult } = await api.ok('GET', `${service}/stages/${ids['stageId']}/deploys/latest`);
  await api.ok('DELETE', `/services/${await newService(api, count)}`);
  const domain = { customDomain: `unused-${api.appKey.slice(-12)}.example.com` };
  const { customDomainId } = (await api.ok('POST', '/custom-domains', domain)).customDomain;
  return {
    ...(await callsOfPlans(api, ids, count)),
    ...callsOfLists(count),
    compareDeployments: { query: `?with=${latestStageDeployResult.deployId}` },
    deleteCustomDomain: { ids: { customDomainId } },
    createModel: { body: { modelName: 'New', modelSchema: {} } },
    createResourceMethods: {
      ids: { resourceId: idOf('/things0/{id}') },
      body: { methodList: [mockMethod('POST'), mockMethod('DELETE'), mockMethod('PATCH')].slice(0, count) },
    },
    modifyResourcePath: {
      ids: { resourceId: idOf('/') },
      body: { pathPluginList: [corsPlugin, { ...headerPlugin, applyChildPath: true }] },
    },
    importStageResources: {},
    restoreRecycleBinItem: { ids: { recycleBinItemId: (await newestItem(api, 'SERVICE')).recycleBinItemId } },
    deleteService: { ids: { apigwServiceId: await newService(api, count) } },
  };
}

const headerPlugin = { pluginType: 'SET_REQUEST_HEADER', pluginConfigJson: { headers: { 'X-Shop': 'pets' } } };

/** Calls that have as many entries in their bodies. */
function callsOfLists(count: number): Record<string, Call> {
  const listOf = <Entry>(entry: (at: number) => Entry): Entry[] =>
    Array.from({ length: count }, (_unused, at) => entry(at));
  const query = (at: number) => ({ name: `q${at}`, dataType: 'STRING', required: false, isArray: false });
  const path = (at: number) => ({ path: `/new${at}`, pathPluginList: [headerPlugin], methodList: [mockMethod('GET')] });
  return {
    createResourcePaths: { body: { resourcePathList: listOf(path) } },
    createResourceParameters: { body: { queryStringList: listOf(query) } },
    createResourceResponses: { body: { responseList: listOf((at) => ({ responseStatusCode: 200 + at })) } },
    importResources: { body: { swaggerData: documentOf(count) } },
    importApiKeys: { body: `apiKeyName,apiKeyStatus\n${listOf((at) => `key ${at},ACTIVE\n`).join('')}` },
  };
}

async function callsOfPlans(api: Api, { stageId, usagePlanId }: Ids, count: number): Promise<Record<string, Call>> {
  const subscriptions = `/usage-plans/${usagePlanId}/stages/${stageId}/subscriptions`;
  const connected = { apiKeyIdList: await newKeys(api, count) };
  const { apiSubscriptionList } = await api.ok('POST', subscriptions, connected);
  const plans = (await api.ok('GET', `/usage-plans/stages/${stageId}`)).usagePlanList;
  const other = plans.find((one: Json) => one.usagePlanId !== usagePlanId).usagePlanId;
  const unused = (await api.ok('POST', '/usage-plans', { usagePlanName: 'unused' })).usagePlan.usagePlanId;
  const unsold = (await api.ok('POST', '/usage-plans', { usagePlanName: 'unsold' })).usagePlan.usagePlanId;
  await api.ok('POST', `/usage-plans/${unsold}/stages/${stageId}`);
  const [unusedKey = ''] = await newKeys(api, 1);
  return {
    connectApiKeys: { body: { apiKeyIdList: await newKeys(api, count) } },
    changeUsagePlan: { body: { changeUsagePlanId: other } },
    disconnectApiKeys: { body: { apiSubscriptionIdList: apiSubscriptionList.map((one: Json) => one.subscriptionId) } },
    deleteApiKey: { ids: { apiKeyId: unusedKey } },
    deleteUsagePlan: { ids: { usagePlanId: unused } },
    disconnectStageFromUsagePlan: { ids: { usagePlanId: unsold } },
  };
}
