import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { expectError } from '../harness/expectations.js';
import { useStack } from '../harness/stack.js';

let api: Api;
let service: string;

beforeAll(async () => {
  api = await (await useStack()).newProject();
  service = `/services/${await api.createService()}`;
});

const listOf = <Entry>(length: number, entry: (index: number) => Entry) => Array.from({ length }, (_, at) => entry(at));
const fieldsOf = (count: number) => Object.fromEntries(listOf(count, (index) => [`field${index}`, 1]));
const empty = () => ({});
const SUBSCRIPTIONS = '/usage-plans/nothing/stages/nothing/subscriptions';
const KEY_VALUES = '/services/nothing/request-restriction-policies/nothing/key-values';

/** Nothing that these calls name exists: they are refused before it is looked for. */
const TOO_MUCH: readonly (readonly [string, () => [string, string, Json], string, RegExp])[] = [
  [
    'a list of plain values',
    () => ['POST', SUBSCRIPTIONS, { apiKeyIdList: listOf(80_000, String) }],
    'apiKeyIdList',
    /more than 1000/,
  ],
  [
    'a list of objects',
    () => ['POST', `${service}/resources`, { resourcePathList: listOf(300_000, empty) }],
    'resourcePathList',
    /more than 1000/,
  ],
  [
    'lists of objects in a list',
    () => [
      'POST',
      `${service}/resources`,
      { resourcePathList: listOf(300, () => ({ methodList: listOf(1000, empty) })) },
    ],
    'resourcePathList[4].methodList[988]',
    /more than 5000 objects/,
  ],
  ['unknown fields', () => ['POST', '/services', fieldsOf(60_000)], '', /more than 200 fields/],
  [
    'unknown fields of the objects in a list',
    () => ['POST', `${service}/resources`, { resourcePathList: listOf(400, () => fieldsOf(150)) }],
    expect.stringMatching(/^resourcePathList\[\d+\]/) as unknown as string,
    /more than 40000 values/,
  ],
  [
    'values of free JSON',
    () => ['POST', `${service}/models`, { modelName: 'Large', modelSchema: { enum: listOf(300_000, () => 0) } }],
    expect.stringMatching(/^modelSchema\.enum\[\d+\]/) as unknown as string,
    /more than 40000 values/,
  ],
];

describe('a body', () => {
  it.each(TOO_MUCH)(
    'with too much is refused for the first place that is too much: %s',
    async (_name, call, field, message) => {
      const answer = await api.call(...call());
      expectError(answer, 'INVALID_INPUT', [field]);
      expect(answer.body.errorList[0].errorMessage).toMatch(message);
    },
  );

  it('may hold free JSON with longer lists and more fields than other bodies', async () => {
    const modelSchema = { enum: listOf(5000, (index) => index), properties: fieldsOf(0), 'x-more': fieldsOf(1000) };
    const { model } = await api.ok('POST', `${service}/models`, { modelName: 'Long', modelSchema });
    expect(model.modelSchema).toEqual(modelSchema);
  });
});

describe('an errorList', () => {
  it('has a hundred entries at most, whoever finds the faults', async () => {
    const headers = Object.fromEntries(listOf(1000, (index) => [`X-${index}`, 'a\nb']));
    const body = { gatewayResponseType: 'NotFound', httpStatusCode: 404, headers };
    const answer = await api.call('PUT', `${service}/gateway-responses`, body);
    expectError(answer, 'INVALID_INPUT');
    expect(answer.body.errorList).toHaveLength(100);
    expect((await api.ok('GET', `${service}/gateway-responses`)).gatewayResponseList).toEqual([]);
  });
});

describe('a list that must not hold an entry twice', () => {
  it.each([
    ['POST', SUBSCRIPTIONS, 'apiKeyIdList', {}],
    ['DELETE', SUBSCRIPTIONS, 'apiSubscriptionIdList', {}],
    ['POST', KEY_VALUES, 'ipAccessControlList', { requestRestrictionKeyValue: 'a', ipAccessControlType: 'DENY' }],
  ])('is refused when it does: %s %s', async (method, path, field, others) => {
    const answer = await api.call(method, path, { ...others, [field]: ['10.0.0.1', '10.0.0.2', '10.0.0.1'] });
    expectError(answer, 'INVALID_INPUT', [field]);
    expect(answer.body.errorList[0].errorMessage).toContain('twice');
  });
});
