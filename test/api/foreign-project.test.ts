import { beforeAll, describe, expect, it } from '@jest/globals';
import { errorCatalog, type ErrorKey } from '../../src/errors/index.js';
import type { Api, Json } from '../harness/api.js';
import { httpDocument } from '../harness/documents.js';
import { databaseFingerprint } from '../harness/fingerprint.js';
import { type ApiOperation, listOperations, pathOf, pathParameters } from '../harness/operations.js';
import { type Stack, useStack } from '../harness/stack.js';

/**
 * For every path parameter: the error of an id that the project does not have. INVALID_PARAMETER where the table of
 * errors has none. An operation whose error is another one than its parameter's stands in {@link EXCEPTIONS}.
 */
const ERRORS: Readonly<Record<string, ErrorKey>> = {
  apigwServiceId: 'SERVICE_NOT_FOUND',
  resourceId: 'RESOURCE_NOT_FOUND',
  modelId: 'MODEL_NOT_FOUND',
  gatewayResponseId: 'INVALID_PARAMETER',
  requestRestrictionPolicyId: 'INVALID_PARAMETER',
  requestRestrictionKeyValueId: 'INVALID_PARAMETER',
  stageId: 'STAGE_NOT_FOUND',
  stageResourceId: 'STAGE_RESOURCE_NOT_FOUND',
  deployId: 'DEPLOYMENT_NOT_FOUND',
  customDomainId: 'INVALID_PARAMETER',
  apiKeyId: 'API_KEY_NOT_FOUND',
  usagePlanId: 'USAGE_PLAN_NOT_FOUND',
  subscriptionId: 'SUBSCRIPTION_NOT_FOUND',
};

const EXCEPTIONS: Readonly<Record<string, Readonly<Record<string, ErrorKey>>>> = {
  getPublication: { stageId: 'DOCUMENT_STAGE_NOT_FOUND' },
  modifyPublication: { stageId: 'DOCUMENT_STAGE_NOT_FOUND' },
};

/** The id of a thing of a project for every path parameter. */
type Ids = Readonly<Record<string, string>>;

let stack: Stack;
let operations: ApiOperation[];
let own: Api;
let ownIds: Ids;
let foreignIds: Ids;

beforeAll(async () => {
  stack = await useStack();
  own = await stack.newProject();
  ownIds = await makeOneOfEach(own);
  foreignIds = await makeOneOfEach(await stack.newProject());
  const all = await listOperations(stack.address.controlUrl);
  operations = all.filter((one) => one.access.startsWith('appKey') && pathParameters(one).length > 1);
});

/** Makes one thing of each kind in a project, and gives their ids. */
async function makeOneOfEach(api: Api): Promise<Ids> {
  const apigwServiceId = await api.createService();
  const service = `/services/${apigwServiceId}`;
  await api.importSwagger(apigwServiceId, httpDocument());
  const { stageId } = await api.createStage(apigwServiceId, 'http://127.0.0.1:10080');
  const { deployId } = await api.deploy(apigwServiceId, stageId);
  const isGet = (one: Json) => one.methodType === 'GET';
  const { resourceId } = (await api.ok('GET', `${service}/resources`)).resourceList.find(isGet);
  const stageResources = (await api.ok('GET', `${service}/stages/${stageId}/resources`)).stageResourceList;
  const { stageResourceId } = stageResources.find(isGet);
  const { modelId } = (await api.ok('POST', `${service}/models`, { modelName: 'Pet', modelSchema: {} })).model;
  return {
    apigwServiceId,
    stageId,
    deployId,
    resourceId,
    stageResourceId,
    modelId,
    ...(await makeSubscription(api, stageId)),
    ...(await makeAdditions(api, service)),
  };
}

async function makeSubscription(api: Api, stageId: string): Promise<Ids> {
  const { apiKeyId } = (await api.ok('POST', '/apikeys', { apiKeyName: 'x', apiKeyStatus: 'ACTIVE' })).apiKey;
  const { usagePlanId } = (await api.ok('POST', '/usage-plans', { usagePlanName: 'x' })).usagePlan;
  const planStage = `/usage-plans/${usagePlanId}/stages/${stageId}`;
  await api.ok('POST', planStage);
  const body = { apiKeyIdList: [apiKeyId] };
  const { apiSubscriptionList } = await api.ok('POST', `${planStage}/subscriptions`, body);
  return { apiKeyId, usagePlanId, subscriptionId: apiSubscriptionList[0].subscriptionId };
}

async function makeAdditions(api: Api, service: string): Promise<Ids> {
  const redefined = { gatewayResponseType: 'NotFound', httpStatusCode: 404 };
  const made = await api.ok('PUT', `${service}/gateway-responses`, redefined);
  const policies = `${service}/request-restriction-policies`;
  const policy = {
    requestRestrictionPolicyName: 'x',
    requestRestrictionKeyType: 'HEADER',
    requestRestrictionKey: 'X-A',
  };
  const { requestRestrictionPolicyId } = (await api.ok('POST', policies, policy)).requestRestrictionPolicy;
  const value = { requestRestrictionKeyValue: 'a', requestsPerSecond: 1 };
  const values = `${policies}/${requestRestrictionPolicyId}/key-values`;
  const { requestRestrictionKeyValueId } = (await api.ok('POST', values, value)).requestRestrictionKeyValue;
  const domain = { customDomain: `${api.appKey.slice(-12)}.example.com` };
  const { customDomainId } = (await api.ok('POST', '/custom-domains', domain)).customDomain;
  return {
    gatewayResponseId: made.gatewayResponse.gatewayResponseId,
    requestRestrictionPolicyId,
    requestRestrictionKeyValueId,
    customDomainId,
  };
}

/** The calls of an operation: with foreign ids from the first, the second, … parameter on; own ones before. */
function callsOf(operation: ApiOperation): { path: string; expected: Json }[] {
  const parameters = pathParameters(operation).slice(1);
  return parameters.map((parameter, at) => {
    const ids = Object.fromEntries(
      parameters.map((name, index) => [name, idOf(index < at ? ownIds : foreignIds, name)]),
    );
    const path = pathOf(operation, { ...ids, appKey: own.appKey }) + operation.exampleQuery;
    const key = EXCEPTIONS[operation.id.replace(/V2$/, '')]?.[parameter] ?? ERRORS[parameter];
    if (!key) throw new Error(`No error is known for {${parameter}} of ${operation.template}`);
    return { path, expected: [operation.id, parameter, errorCatalog[key].code] };
  });
}

function idOf(ids: Ids, name: string): string {
  const id = ids[name];
  if (!id) throw new Error(`Nothing is made for {${name}}`);
  return id;
}

describe('things of another project', () => {
  it.each(['appKey', 'appKey and token'] as const)(
    'do not exist for any operation, with the code of what is looked for first (%s)',
    async (access) => {
      const client = access === 'appKey' ? own : (await stack.asUser(own, 'ADMIN')).api;
      const called = operations.filter((one) => one.access === access);
      expect(called.length).toBeGreaterThan(50);
      const before = await databaseFingerprint(stack);
      const answers: Json[] = [];
      const expected: Json[] = [];
      for (const operation of called) {
        for (const call of callsOf(operation)) {
          const { exampleBody, bodyType } = operation;
          const { body } = await client.callPath(operation.method, call.path, exampleBody, bodyType);
          answers.push([...call.expected.slice(0, 2), body.header?.resultCode ?? 0]);
          expected.push(call.expected);
        }
      }
      expect(answers).toEqual(expected);
      expect(await databaseFingerprint(stack)).toEqual(before);
    },
  );

  it('are all looked for: no path parameter is left out, and none is listed that no path has', () => {
    const parameters = new Set(operations.flatMap((one) => pathParameters(one).slice(1)));
    expect([...parameters].toSorted()).toEqual(Object.keys(ERRORS).toSorted());
  });
});
