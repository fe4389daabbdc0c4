import { beforeAll, describe, expect, it } from '@jest/globals';
import { errorCatalog, type ErrorKey } from '../../src/errors/index.js';
import type { Api, Json } from '../harness/api.js';
import { openApiDocument } from '../harness/declared-errors.js';
import { type Ids, makeOneOfEach } from '../harness/one-of-each.js';
import { type ApiOperation, listOperations, pathOf } from '../harness/operations.js';
import { type Stack, useStack } from '../harness/stack.js';

/**
 * What a whole example is answered with for what the project has or lacks: its ids and names are of things that the
 * project does not have, or has already. Any other failure says that the example is wrong.
 */
const OF_STATE: Readonly<Record<string, ErrorKey>> = {
  changeUsagePlan: 'USAGE_PLAN_NOT_FOUND',
  compareDeployments: 'DEPLOYMENT_NOT_FOUND',
  connectApiKeys: 'API_KEY_NOT_FOUND',
  connectStageToUsagePlan: 'STAGE_ALREADY_CONNECTED',
  createModel: 'MODEL_NAME_DUPLICATED',
  createResourceMethods: 'NOT_A_PATH',
  createResourceParameters: 'MODEL_NOT_FOUND',
  createResourceResponses: 'MODEL_NOT_FOUND',
  deleteApiKey: 'API_KEY_IN_USE',
  deleteModel: 'MODEL_NOT_FOUND',
  deleteResource: 'RESOURCE_NOT_FOUND',
  deleteService: 'STAGE_HAS_USAGE_PLAN',
  deleteStage: 'STAGE_HAS_USAGE_PLAN',
  deleteUsagePlan: 'USAGE_PLAN_HAS_STAGES',
  disconnectApiKeys: 'SUBSCRIPTION_NOT_FOUND',
  disconnectStageFromUsagePlan: 'STAGE_HAS_API_KEYS',
  modifyResourceMethod: 'FRONTEND_PATH_MISMATCH',
  modifyResourcePath: 'NOT_A_PATH',
  rollbackStage: 'ROLLBACK_NO_DIFFERENCE',
};

let stack: Stack;
let document: Json;
let operations: ApiOperation[];
let api: Api;
let ids: Ids;

beforeAll(async () => {
  stack = await useStack();
  document = await openApiDocument(stack.address.controlUrl);
  const all = await listOperations(stack.address.controlUrl);
  // Deep paths first, then what the others cannot stand, then what deletes: the others need what those take away.
  const isLate = ({ id }: ApiOperation) => id === 'modifyStageResource' || id.startsWith('import');
  const rankOf = (one: ApiOperation) => (one.method === 'DELETE' ? 2 : Number(isLate(one)));
  operations = all
    .filter(({ access }) => access === 'appKey')
    .toSorted((one, other) => rankOf(one) - rankOf(other) || depthOf(other) - depthOf(one));
  api = await stack.newProject();
  ids = await makeOneOfEach(api);
});

const keyOf = (code: number) => Object.entries(errorCatalog).find(([, one]) => one.code === code)?.[0];
const depthOf = ({ template }: ApiOperation) => template.split('/').length;

/** An example with every field, as the page of the API fills it in. */
function wholeExample(schema: Json): Json {
  if (schema.$ref) return wholeExample(document.components.schemas[schema.$ref.split('/').at(-1)]);
  if (schema.example !== undefined) return schema.example;
  if (schema.allOf) return wholeExample(schema.allOf[0]);
  if ([schema.type].flat().includes('array')) return [wholeExample(schema.items)];
  return Object.fromEntries(
    Object.entries<Json>(schema.properties ?? {}).map(([name, property]) => [name, wholeExample(property)]),
  );
}

async function callExample(operation: ApiOperation): Promise<Json> {
  const described = document.paths[operation.template][operation.method.toLowerCase()];
  const query = new URLSearchParams(
    described.parameters
      .filter((one: Json) => one.in === 'query')
      .map((one: Json) => [
        one.name,
        String(one.example ?? one.schema.example ?? one.schema.default ?? one.schema.enum[0]),
      ]),
  );
  const [content] = Object.values<Json>(described.requestBody?.content ?? {});
  const path = `${pathOf(operation, { ...ids, appKey: api.appKey })}?${query.toString()}`;
  return api.callPath(operation.method, path, content && wholeExample(content.schema), operation.bodyType);
}

describe('the examples of every operation', () => {
  it('make a call that is right, whatever it finds', async () => {
    const answers: Record<string, Json> = {};
    for (const operation of operations) {
      const { body } = await callExample(operation);
      const code = body.header?.resultCode ?? 0;
      if (operation.id === 'deployStage')
        await api.waitForDeployment(ids['apigwServiceId'] ?? '', ids['stageId'] ?? '');
      if (code !== 0) answers[operation.id] = keyOf(code);
    }
    expect(answers).toEqual(OF_STATE);
  });
});
