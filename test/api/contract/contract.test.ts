import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../../src/kernel/ids.js';
import type { Json } from '../../harness/api.js';
import { httpDocument } from '../../harness/documents.js';
import { countOf, MINUTE_MS, sendCounts } from '../../harness/metrics.js';
import { SpokenGateway } from '../../harness/spoken-gateway.js';
import { type Stack, useStack } from '../../harness/stack.js';
import { headerPlugin, mockMethod } from '../../resources/trees.js';
import { ContractDriver } from './driver.js';
import { contractLists, contractOperations } from './operations.js';

const BACKEND = 'http://127.0.0.1:10080';

let stack: Stack;

beforeAll(async () => {
  stack = await useStack();
});

describe.each(['v1.0', 'v2.0'] as const)('every operation of %s answers in the shape of the contract:', (version) => {
  const driven = new Set<string>();
  const filledLists = new Set<string>();
  let driver: ContractDriver;
  const expectAnswer: ContractDriver['expectAnswer'] = async (name, where) => {
    const answer = await driver.expectAnswer(name, where);
    driven.add(name);
    return answer;
  };

  beforeEach(async () => {
    const project = await stack.newProject();
    const api = version === 'v1.0' ? project : (await stack.asUser(project, 'MEMBER')).api;
    driver = new ContractDriver(api, filledLists);
  });

  /** A service with GET and POST /items, GET /items/{itemId}; gives its id. */
  async function makeService(): Promise<string> {
    const body = { regionCode: 'KR1', apigwServiceName: 'contract' };
    const { apigwServiceId } = (await expectAnswer('createService', { body })).apigwService;
    await expectAnswer('importResources', { ids: { apigwServiceId }, body: { swaggerData: httpDocument() } });
    return apigwServiceId;
  }

  /** A stage of a new service; gives the ids of both. */
  async function makeStage(): Promise<{ apigwServiceId: string; stageId: string }> {
    const apigwServiceId = await makeService();
    const body = { backendEndpointUrl: BACKEND };
    const { stageId } = (await expectAnswer('createStage', { ids: { apigwServiceId }, body })).stage;
    return { apigwServiceId, stageId };
  }

  /** Connects a domain of its own to a stage. */
  async function connectDomain({
    apigwServiceId,
    stageId,
  }: {
    apigwServiceId: string;
    stageId: string;
  }): Promise<void> {
    const body = { customDomain: `${newId()}.example.com` };
    const { customDomain } = await driver.api.ok('POST', '/custom-domains', body);
    const stage = `/services/${apigwServiceId}/stages/${stageId}`;
    await driver.api.ok('POST', `${stage}/custom-domains/${customDomain.customDomainId}`);
  }

  async function makeKey(): Promise<string> {
    const body = { apiKeyName: 'contract', apiKeyDescription: 'a key', apiKeyStatus: 'ACTIVE' };
    return (await expectAnswer('createApiKey', { body })).apiKey.apiKeyId;
  }

  async function makePlan(): Promise<string> {
    const limits = { rateLimitRequestPerSecond: 10, quotaLimitPeriodUnitCode: 'DAY', quotaLimit: 100 };
    return (await expectAnswer('createUsagePlan', { body: { usagePlanName: 'contract', ...limits } })).usagePlan
      .usagePlanId;
  }

  it('services', async () => {
    const { apigwService } = await expectAnswer('createService', {
      body: { regionCode: 'KR1', apigwServiceName: 'x' },
    });
    const ids = { apigwServiceId: apigwService.apigwServiceId };
    await expectAnswer('listServices', { query: '?regionCode=KR1' });
    await expectAnswer('getService', { ids });
    await expectAnswer('modifyService', { ids, body: { apigwServiceName: 'y' } });
    await expectAnswer('deleteService', { ids });
  });

  it('resources', async () => {
    const ids = { apigwServiceId: await makeService() };
    const resourcePathList = [{ path: '/a', methodList: [mockMethod('GET')] }];
    const made = await expectAnswer('createPaths', { ids, body: { resourcePathList } });
    const [path, get] = made.resourceList.map((row: Json) => row.resourceId);
    await expectAnswer('createMethods', {
      ids: { ...ids, resourceId: path },
      body: { methodList: [mockMethod('PUT')] },
    });
    await expectAnswer('modifyPath', {
      ids: { ...ids, resourceId: path },
      body: { pathPluginList: [headerPlugin('x')] },
    });
    await expectAnswer('modifyMethod', { ids: { ...ids, resourceId: get }, body: { methodName: 'y' } });
    await expectAnswer('listResources', { ids });
    await expectAnswer('deleteResource', { ids: { ...ids, resourceId: path } });
  });

  it('models, parameters and responses', async () => {
    const ids = { apigwServiceId: await makeService() };
    const modelSchema = { type: 'object', properties: { name: { type: 'string' } } };
    const created = await expectAnswer('createModel', { ids, body: { modelName: 'Item', modelSchema } });
    const modelId: string = created.model.modelId;
    await expectAnswer('listModels', { ids, query: '?modelName=Item' });
    await expectAnswer('modifyModel', { ids: { ...ids, modelId }, body: { modelSchema } });
    const { resourceList } = await expectAnswer('listResources', { ids });
    const { resourceId } = resourceList.find((one: Json) => one.methodType === 'POST');
    const method = { ...ids, resourceId };
    const named = { name: 'x', description: 'an x', dataType: 'STRING' };
    const argument = { ...named, required: true, isArray: false };
    const text = { name: 'item', description: 'an item', modelId };
    await expectAnswer('getParameters', { ids: method });
    await expectAnswer('createParameters', {
      ids: method,
      body: { queryStringList: [argument], headerList: [{ ...named, required: true }], requestBody: text },
    });
    await expectAnswer('getParameters', { ids: method });
    const formDataList = [argument];
    await expectAnswer('createParameters', {
      ids: method,
      body: { formDataList, contentTypeList: ['multipart/form-data'] },
    });
    await expectAnswer('getParameters', { ids: method });
    const response = { responseStatusCode: 200, description: 'ok', headerList: [named], responseBody: text };
    const other = { responseStatusCode: 404 };
    const body = { responseList: [response, other], contentTypeList: ['application/json'] };
    await expectAnswer('createResponses', { ids: method, body });
    await expectAnswer('getResponses', { ids: method });
    await expectAnswer('createResponses', { ids: method, body: {} });
    await expectAnswer('deleteModel', { ids: { ...ids, modelId } });
  });

  it('stages, deployments and documents', async () => {
    const ids = await makeStage();
    await connectDomain(ids);
    await expectAnswer('listStages', { ids });
    const { stageResourceList } = await expectAnswer('listStageResources', { ids });
    const { deployId } = await expectAnswer('deployStage', { ids });
    await driver.api.waitForDeployment(ids.apigwServiceId, ids.stageId);
    await expectAnswer('latestDeployment', { ids });
    await expectAnswer('getDocument', { ids });
    await expectAnswer('modifyStage', { ids, body: { backendEndpointUrl: `${BACKEND}/v2` } });
    const hmac = { pluginType: 'HMAC', pluginConfigJson: { secretKey: 'secret' } };
    const root = { ...ids, stageResourceId: stageResourceList[0].stageResourceId };
    await expectAnswer('modifyStageResource', { ids: root, body: { stageResourcePluginList: [hmac] } });
    await expectAnswer('rollbackStage', { ids: { ...ids, deployId } });
    await expectAnswer('listDeployments', { ids });
    await expectAnswer('modifyStage', { ids, body: { backendEndpointUrl: `${BACKEND}/v3` } });
    await driver.api.deploy(ids.apigwServiceId, ids.stageId);
    await expectAnswer('deleteDeployment', { ids: { ...ids, deployId } });
    await expectAnswer('importResources', { ids, body: { swaggerData: httpDocument() } });
    await expectAnswer('importStageResources', { ids });
    await expectAnswer('exportStage', { ids });
    await expectAnswer('deleteStage', { ids });
  });

  it('gateway responses', async () => {
    const ids = { apigwServiceId: await makeService() };
    const body = {
      gatewayResponseType: 'NotFound',
      httpStatusCode: 404,
      headers: { 'X-Reason': 'none' },
      body: { 'application/json': '{}' },
    };
    const { gatewayResponse } = await expectAnswer('redefineGatewayResponse', { ids, body });
    await expectAnswer('listGatewayResponses', { ids });
    const { gatewayResponseId } = gatewayResponse;
    await expectAnswer('resetGatewayResponse', { ids: { ...ids, gatewayResponseId } });
  });

  it('API keys', async () => {
    const ids = { apiKeyId: await makeKey() };
    await expectAnswer('listApiKeys', { query: `?apiKeyId=${ids.apiKeyId}&apiKeyStatus=ACTIVE` });
    await expectAnswer('modifyApiKey', { ids, body: { apiKeyName: 'y', apiKeyStatus: 'INACTIVE' } });
    await expectAnswer('regenerateApiKey', { ids, body: { apiKeyType: 'SECONDARY' } });
    await expectAnswer('deleteApiKey', { ids });
  });

  it('usage plans and subscriptions', async () => {
    const { stageId, ...service } = await makeStage();
    const apiKeyId = await makeKey();
    const usagePlanId = await makePlan();
    const ids = { ...service, stageId, apiKeyId, usagePlanId };
    await connectDomain(ids);
    await expectAnswer('listUsagePlans');
    await expectAnswer('getUsagePlan', { ids });
    await expectAnswer('modifyUsagePlan', { ids, body: { usagePlanName: 'without limits' } });
    await expectAnswer('connectStage', { ids });
    await expectAnswer('listStagesOfPlan', { ids });
    await expectAnswer('listPlansOfStage', { ids });
    await expectAnswer('listConnectableApiKeys', { ids });
    const { apiSubscriptionList } = await expectAnswer('subscribe', { ids, body: { apiKeyIdList: [apiKeyId] } });
    const { subscriptionId } = apiSubscriptionList[0];
    await expectAnswer('listSubscriptions', { ids, query: '?apiSubscriptionStatus=APPROVAL' });
    await expectAnswer('listSubscriptionsOfKey', { ids });
    const other = await makePlan();
    await expectAnswer('connectStage', { ids: { ...ids, usagePlanId: other } });
    await expectAnswer('changePlan', { ids: { ...ids, subscriptionId }, body: { changeUsagePlanId: other } });
    const apiSubscriptionIdList = [subscriptionId];
    await expectAnswer('unsubscribe', { ids: { ...ids, usagePlanId: other }, body: { apiSubscriptionIdList } });
    await expectAnswer('disconnectStage', { ids });
    await expectAnswer('deleteUsagePlan', { ids });
  });

  it('statistics', async () => {
    const ids = { ...(await makeStage()), apiKeyId: await makeKey() };
    const now = new Date();
    const { stageId, apiKeyId } = ids;
    await connectDomain(ids);
    const day = now.toISOString().slice(0, 10);
    await sendCounts(
      new SpokenGateway('contract', stack),
      [countOf(stageId, now.getTime() - MINUTE_MS, { durationMs: 5, outboundBytes: 100 })],
      [{ apiKeyId, stageId, day, callCount: 1 }],
    );
    const start = new Date(now.getTime() - 86_400_000).toISOString();
    const query = `?startTime=${start}&endTime=${new Date(now.getTime() + 60_000).toISOString()}`;
    expect((await expectAnswer('metricsOfStage', { ids, query })).data).toHaveLength(1);
    expect(Object.keys((await expectAnswer('metricsOfKey', { ids, query })).data)).toHaveLength(1);
    expect((await expectAnswer('topServices')).data).toHaveLength(1);
  });

  it('and none of the 60 was forgotten', () => {
    expect(Object.keys(contractOperations)).toHaveLength(60);
    expect([...driven].toSorted()).toEqual(Object.keys(contractOperations).toSorted());
  });

  it('and every list had an entry: an empty one fits any shape', () => {
    expect(contractLists().filter((list) => !filledLists.has(list))).toEqual([]);
  });
});
