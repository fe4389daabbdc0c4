import { beforeAll, describe, expect, it } from '@jest/globals';
import { errorCatalog, type ErrorKey } from '../../src/errors/index.js';
import type { Api, Json } from '../harness/api.js';
import { expectError } from '../harness/expectations.js';
import { databaseFingerprint } from '../harness/fingerprint.js';
import { type Ids, makeOneOfEach } from '../harness/one-of-each.js';
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
  planId: 'DEPLOYMENT_PLAN_NOT_FOUND',
  customDomainId: 'INVALID_PARAMETER',
  apiKeyId: 'API_KEY_NOT_FOUND',
  usagePlanId: 'USAGE_PLAN_NOT_FOUND',
  subscriptionId: 'SUBSCRIPTION_NOT_FOUND',
  auditRecordId: 'AUDIT_RECORD_NOT_FOUND',
  recycleBinItemId: 'RECYCLE_BIN_ITEM_NOT_FOUND',
};

const EXCEPTIONS: Readonly<Record<string, Readonly<Record<string, ErrorKey>>>> = {
  getPublication: { stageId: 'DOCUMENT_STAGE_NOT_FOUND' },
  modifyPublication: { stageId: 'DOCUMENT_STAGE_NOT_FOUND' },
};

type Reference = (foreign: Ids) => { readonly query?: string; readonly body?: unknown };

/** Ids in bodies and queries: the operation, its call with the id of a thing of another project, and the answer. */
const REFERENCES: readonly (readonly [string, Reference, ErrorKey, string[]])[] = [
  [
    'changeUsagePlan',
    ({ usagePlanId }) => ({ body: { changeUsagePlanId: usagePlanId } }),
    'USAGE_PLAN_NOT_FOUND',
    ['changeUsagePlanId'],
  ],
  [
    'connectApiKeys',
    ({ apiKeyId }) => ({ body: { apiKeyIdList: [apiKeyId] } }),
    'API_KEY_NOT_FOUND',
    ['apiKeyIdList[0]'],
  ],
  [
    'disconnectApiKeys',
    ({ subscriptionId }) => ({ body: { apiSubscriptionIdList: [subscriptionId] } }),
    'SUBSCRIPTION_NOT_FOUND',
    ['apiSubscriptionIdList[0]'],
  ],
  ['deployStage', ({ planId }) => ({ body: { planId } }), 'DEPLOYMENT_PLAN_NOT_FOUND', []],
  ['compareDeployments', ({ deployId }) => ({ query: `?with=${deployId}` }), 'DEPLOYMENT_NOT_FOUND', []],
  [
    'createResourceParameters',
    ({ modelId }) => ({ body: { requestBody: { name: 'x', modelId } } }),
    'MODEL_NOT_FOUND',
    ['requestBody.modelId'],
  ],
  [
    'createResourceResponses',
    ({ modelId }) => ({ body: { responseList: [{ responseStatusCode: 200, responseBody: { name: 'x', modelId } }] } }),
    'MODEL_NOT_FOUND',
    ['responseList[0].responseBody.modelId'],
  ],
  [
    'modifyStageResource',
    ({ requestRestrictionPolicyId }) => ({
      body: {
        stageResourcePluginList: [
          { pluginType: 'REQUEST_RESTRICTION', pluginConfigJson: { requestRestrictionPolicyId } },
        ],
      },
    }),
    'INVALID_INPUT',
    ['stageResourcePluginList[0].pluginConfigJson.requestRestrictionPolicyId'],
  ],
];

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

  it.each(REFERENCES)(
    'do not exist for %s when its body or query names them',
    async (operationId, reference, key, fields) => {
      const operation = operations.find(({ id }) => id === operationId);
      if (!operation) throw new Error(`There is no operation ${operationId}`);
      const { query = '', body } = reference(foreignIds);
      const path = pathOf(operation, { ...ownIds, appKey: own.appKey }) + query;
      const before = await databaseFingerprint(stack);
      expectError(await own.callPath(operation.method, path, body), key, fields);
      expect(await databaseFingerprint(stack)).toEqual(before);
    },
  );

  it('are in no list that is filtered by their ids', async () => {
    const mine = await own.ok('GET', `/apikeys?apiKeyId=${ownIds['apiKeyId']}`);
    expect(mine.apiKeyList).toHaveLength(1);
    expect((await own.ok('GET', `/apikeys?apiKeyId=${foreignIds['apiKeyId']}`)).apiKeyList).toEqual([]);
  });
});
