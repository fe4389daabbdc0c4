import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { httpDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { useStack } from '../harness/stack.js';

let api: Api;
let service: string;
let resources: Json[];
let stage: string;
let stageResourceId: string;

beforeAll(async () => {
  api = await (await useStack()).newProject();
  const serviceId = await api.createService();
  service = `/services/${serviceId}`;
  await api.importSwagger(serviceId, httpDocument());
  resources = (await api.ok('GET', `${service}/resources`)).resourceList;
  stage = `${service}/stages/${(await api.createStage(serviceId, 'http://127.0.0.1:10080')).stageId}`;
  stageResourceId = (await api.ok('GET', `${stage}/resources`)).stageResourceList[0].stageResourceId;
});

const pathId = () => resources.find((one) => one.methodType === null).resourceId;
const methodId = () => resources.find((one) => one.methodType === 'GET').resourceId;

describe('a list where an object is expected', () => {
  const mock = { pluginType: 'MOCK', pluginConfigJson: { statusCode: 200 } };
  const places: [string, () => [string, string, object], string][] = [
    ['a path', () => ['POST', `${service}/resources`, { resourcePathList: [[]] }], 'resourcePathList[0]'],
    [
      'a path that would be right without it',
      () => ['POST', `${service}/resources`, { resourcePathList: [{ path: '/x' }, [{ path: '/y' }]] }],
      'resourcePathList[1]',
    ],
    [
      'a plugin of a path',
      () => ['POST', `${service}/resources`, { resourcePathList: [{ path: '/x', pathPluginList: [[mock]] }] }],
      'resourcePathList[0].pathPluginList[0]',
    ],
    ['a method', () => ['POST', `${service}/resources/${pathId()}/methods`, { methodList: [[]] }], 'methodList[0]'],
    [
      'a plugin of a method',
      () => [
        'POST',
        `${service}/resources/${pathId()}/methods`,
        { methodList: [{ methodType: 'PUT', methodName: 'x', methodPluginList: [[mock]] }] },
      ],
      'methodList[0].methodPluginList[0]',
    ],
    [
      'a change of a path plugin',
      () => ['PUT', `${service}/resource-paths/${pathId()}`, { pathPluginList: [[]] }],
      'pathPluginList[0]',
    ],
    [
      'a change of a method plugin',
      () => ['PUT', `${service}/resource-methods/${methodId()}`, { methodName: 'x', methodPluginList: [[]] }],
      'methodPluginList[0]',
    ],
    [
      'a stage plugin',
      () => ['PUT', `${stage}/resources/${stageResourceId}`, { stageResourcePluginList: [[]] }],
      'stageResourcePluginList[0]',
    ],
  ];

  it.each(places)('is refused and named: %s', async (_name, request, field) => {
    const before = await api.ok('GET', `${service}/resources`);
    expectError(await api.call(...request()), 'INVALID_INPUT', [field]);
    expect(await api.ok('GET', `${service}/resources`)).toEqual(before);
  });
});

describe('a body', () => {
  it('that is no UTF-8 is refused, and not stored with other characters', async () => {
    const body = Buffer.from('{"apigwServiceName":"caf\xe9"}', 'latin1');
    expectError(await api.call('PUT', service, body), 'INVALID_PARAMETER');
  });
});

describe('a setting that is missing', () => {
  it('is called required by its name', async () => {
    const pathPluginList = [{ pluginType: 'SET_REQUEST_HEADER', pluginConfigJson: {} }];
    const answer = await api.call('PUT', `${service}/resource-paths/${pathId()}`, { pathPluginList });
    expectError(answer, 'RESOURCE_PLUGIN_INVALID', ['pathPluginList[0].pluginConfigJson.headers']);
    expect(answer.body.errorList[0].errorMessage).toBe('is required');
  });
});
