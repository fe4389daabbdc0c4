import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ErrorKey } from '../../src/errors/index.js';
import type { Api, Json } from '../harness/api.js';
import { expectError } from '../harness/expectations.js';
import { type Ids, makeOneOfEach } from '../harness/one-of-each.js';
import { type Stack, useStack } from '../harness/stack.js';
import { asAdministrator, newUser, projectIdOf } from '../harness/users.js';

/** An object with a list and a GET of its own; the id in its path comes last. */
interface Single {
  readonly list: string;
  readonly listMember: string;
  readonly member: string;
  readonly idMember: string;
  readonly error: ErrorKey;
}

const service = '/services/{apigwServiceId}';
const stage = `${service}/stages/{stageId}`;
const policy = `${service}/request-restriction-policies`;

const SINGLES: Readonly<Record<string, Single>> = {
  'a model': {
    list: `${service}/models`,
    listMember: 'modelList',
    member: 'model',
    idMember: 'modelId',
    error: 'MODEL_NOT_FOUND',
  },
  'an API key': {
    list: '/apikeys',
    listMember: 'apiKeyList',
    member: 'apiKey',
    idMember: 'apiKeyId',
    error: 'API_KEY_NOT_FOUND',
  },
  'a request restriction policy': {
    list: policy,
    listMember: 'requestRestrictionPolicyList',
    member: 'requestRestrictionPolicy',
    idMember: 'requestRestrictionPolicyId',
    error: 'INVALID_PARAMETER',
  },
  'a key value of one': {
    list: `${policy}/{requestRestrictionPolicyId}/key-values`,
    listMember: 'requestRestrictionKeyValueList',
    member: 'requestRestrictionKeyValue',
    idMember: 'requestRestrictionKeyValueId',
    error: 'INVALID_PARAMETER',
  },
  'a gateway response': {
    list: `${service}/gateway-responses`,
    listMember: 'gatewayResponseList',
    member: 'gatewayResponse',
    idMember: 'gatewayResponseId',
    error: 'INVALID_PARAMETER',
  },
  'a custom domain': {
    list: '/custom-domains',
    listMember: 'customDomainList',
    member: 'customDomain',
    idMember: 'customDomainId',
    error: 'INVALID_PARAMETER',
  },
  'a stage resource': {
    list: `${stage}/resources`,
    listMember: 'stageResourceList',
    member: 'stageResource',
    idMember: 'stageResourceId',
    error: 'STAGE_RESOURCE_NOT_FOUND',
  },
  'a deployment': {
    list: `${stage}/deploys`,
    listMember: 'stageDeployHistoryList',
    member: 'stageDeployHistory',
    idMember: 'deployId',
    error: 'DEPLOYMENT_NOT_FOUND',
  },
  'a stage of a usage plan': {
    list: '/usage-plans/{usagePlanId}/stages',
    listMember: 'usagePlanStageList',
    member: 'usagePlanStage',
    idMember: 'stageId',
    error: 'STAGE_NOT_FOUND',
  },
  'a subscription': {
    list: '/usage-plans/{usagePlanId}/stages/{stageId}/subscriptions',
    listMember: 'apiSubscriptionList',
    member: 'apiSubscription',
    idMember: 'subscriptionId',
    error: 'SUBSCRIPTION_NOT_FOUND',
  },
};

let stack: Stack;
let api: Api;
let ids: Ids;
let otherIds: Ids;

beforeAll(async () => {
  stack = await useStack();
  api = await stack.newProject();
  ids = await makeOneOfEach(api);
  otherIds = await makeOneOfEach(await stack.newProject());
});

const fill = (template: string): string => template.replace(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? '');

describe('one object by its id is what the list shows of it, and not found under another id:', () => {
  it.each(Object.entries(SINGLES))('%s', async (_name, { list, listMember, member, idMember, error }) => {
    const [path, id] = [fill(list), ids[idMember] ?? ''];
    const listed = (await api.ok('GET', path))[listMember].find((one: Json) => one[idMember] === id);
    expect(listed).toBeDefined();
    expect((await api.ok('GET', `${path}/${id}`))[member]).toEqual(listed);
    for (const other of ['none', otherIds[idMember] ?? '']) {
      expectError(await api.call('GET', `${path}/${other}`), error);
    }
  });

  it('an appKey, a member, an access key', async () => {
    const admin = await asAdministrator(stack);
    const project = `/v2.0/projects/${await projectIdOf(stack, api)}`;
    const [user, stranger] = [await newUser(stack), await newUser(stack)];
    await admin.okPath('PUT', `${project}/members/${user.userId}`, { role: 'VIEWER' });
    const [appKey] = (await admin.okPath('GET', `${project}/appkeys`)).appKeyList;
    expect((await admin.okPath('GET', `${project}/appkeys/${appKey.appKeyId}`)).appKey).toEqual(appKey);
    const [member] = (await admin.okPath('GET', `${project}/members`)).memberList;
    expect((await admin.okPath('GET', `${project}/members/${user.userId}`)).member).toEqual(member);
    const keys = `/v2.0/users/${user.userId}/access-keys`;
    const [key] = (await admin.okPath('GET', keys)).accessKeyList;
    expect((await admin.okPath('GET', `${keys}/${key.accessKeyId}`)).accessKey).toEqual(key);
    for (const [path, field] of [
      [`${project}/appkeys/none`, 'appKeyId'],
      [`${project}/members/${stranger.userId}`, 'userId'],
      [`${keys}/${stranger.accessKey.id}`, 'accessKeyId'],
    ] as const) {
      expectError(await admin.callPath('GET', path), 'INVALID_PARAMETER', [field]);
    }
  });
});
