import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { fiftyAtOnce } from '../harness/expectations.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { type Call, clientOf, race } from '../harness/two-control-planes.js';
import { mockMethod } from '../resources/trees.js';

let stack: PrivateStack;
let api: Api;
let models: string;
let parameters: string;

beforeAll(async () => {
  stack = await startPrivateStack({ controlPlanes: 2, gateways: 0 });
});

afterAll(() => stack.stop());

beforeEach(async () => {
  api = await stack.newProject(0);
  const service = `/services/${await api.createService()}`;
  models = `${service}/models`;
  const methodList = [mockMethod('POST')];
  const { resourceList } = await api.ok('POST', `${service}/resources`, {
    resourcePathList: [{ path: '/a', methodList }],
  });
  const { resourceId } = resourceList.find((one: Json) => one.methodType === 'POST');
  parameters = `${service}/resources/${resourceId}/parameters`;
});

const create: Call = (client) => client.call('POST', models, { modelName: 'Pet', modelSchema: {} });

describe('fifty clients at once', () => {
  it('make a model of a name once', async () => {
    const counts = await fiftyAtOnce((index) => create(clientOf(stack, api, index)));
    expect(counts).toEqual({ 0: 1, 409109000: 49 });
  });

  it('delete a model and refer to it: it is kept and referred to, or gone and nothing refers to it', async () => {
    const { modelId } = (await create(api)).body.model;
    const refer: Call = (client) => client.call('POST', parameters, { requestBody: { name: 'pet', modelId } });
    const counts = await race(stack, api, refer, (client) => client.call('DELETE', `${models}/${modelId}`));
    expect([
      { 0: 25, 400109001: 25 },
      { 0: 1, 404108000: 49 },
    ]).toContainEqual(counts);
    const { requestBody } = await api.ok('GET', parameters);
    const { totalCount } = (await api.ok('GET', models)).paging;
    expect([requestBody.modelId, totalCount]).toEqual(counts[0] === 25 ? [modelId, 1] : [null, 0]);
  });
});
