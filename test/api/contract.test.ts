import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { httpDocument } from '../harness/documents.js';
import { useStack } from '../harness/stack.js';

/*
 * The shapes of the published guide's answers, field by field. `null` beside a type is where the guide's example has
 * null or the design says that it may be; further fields are allowed.
 */
const text = 'string';
const number = 'number';
const truth = 'boolean';
const textOrNull = 'string|null';
const free = 'object';

const header = { isSuccessful: truth, resultCode: number, resultMessage: text };
const paging = { limit: number, page: number, totalCount: number };
const dates = { createdAt: text, updatedAt: text };
const service = {
  apigwServiceId: text,
  apigwServiceAlias: text,
  apigwServiceName: text,
  apigwServiceDescription: text,
  apigwDomain: text,
  appKey: text,
  regionCode: text,
  serverGroupId: text,
  dedicatedId: 'null',
  apigwServiceTypeCode: text,
  ...dates,
};
const place = { path: text, parentPath: textOrNull, methodType: textOrNull };
const names = { methodName: textOrNull, methodDescription: textOrNull };
const plugin = { pluginType: text, pluginConfigJson: free, ...dates };
const resource = {
  resourceId: text,
  apigwServiceId: text,
  ...place,
  ...names,
  ...dates,
  resourcePluginList: [{ resourcePluginId: text, resourceId: text, ...plugin }],
};
const stage = {
  stageId: text,
  apigwServiceId: text,
  regionCode: text,
  stageName: textOrNull,
  stageDescription: text,
  stageUrl: text,
  stageCustomUrl: text,
  stageCustomDomainList: [],
  stageAliasDomainList: [],
  backendEndpointUrl: text,
  resourceUpdatedAt: text,
  ...dates,
};
const stageResource = {
  stageResourceId: text,
  stageId: text,
  ...place,
  ...names,
  ...dates,
  stageResourcePluginList: [{ stageResourcePluginId: text, stageResourceId: text, ...plugin }],
};
const deployment = {
  deployId: text,
  stageId: text,
  deployedAt: text,
  deployDescription: text,
  isBase: truth,
  rollbackAt: textOrNull,
};
const rolledBack = { resourceMethod: truth, resourcePath: truth, pathKey: text, rootPath: truth };
const plain = { header };
const oneService = { header, apigwService: service };
const resourceList = { header, resourceList: [resource] };
const oneStage = { header, stage };
const stageResourceList = { header, stageResourceList: [{ ...stageResource, customBackendEndpointUrl: textOrNull }] };

/** What of an answer does not fit its shape, by place. */
function misfits(value: Json, shape: Json, at = ''): string[] {
  if (typeof shape === 'string') {
    const type = value === null ? 'null' : typeof value;
    return shape.split('|').includes(type) ? [] : [`${at} is ${type}, not ${shape}`];
  }
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    return shape.length === 0 ? [] : value.flatMap((item, index) => misfits(item, shape[0], `${at}[${index}]`));
  }
  if (typeof value !== 'object' || value === null) return [`${at} is no object`];
  return Object.entries(shape).flatMap(([name, inner]) => misfits(value[name], inner, `${at}.${name}`));
}

let api: Api;

async function expectAnswer(shape: object, method: string, path: string, body?: unknown): Promise<Json> {
  const answer = await api.ok(method, path, body);
  expect(misfits(answer, shape)).toEqual([]);
  return answer;
}

beforeAll(async () => {
  api = await (await useStack()).newProject();
});

describe('every answer has the fields and types of the published guide', () => {
  it('of services', async () => {
    const { apigwService } = await expectAnswer(oneService, 'POST', '/services', {
      regionCode: 'KR1',
      apigwServiceName: 'x',
    });
    const one = `/services/${apigwService.apigwServiceId}`;
    await expectAnswer({ header, paging, apigwServiceList: [service] }, 'GET', '/services');
    await expectAnswer(oneService, 'GET', one);
    await expectAnswer(oneService, 'PUT', one, { apigwServiceName: 'y' });
    await expectAnswer(plain, 'DELETE', one);
  });

  it('of resources', async () => {
    const one = `/services/${await api.createService()}`;
    const mock = { pluginType: 'MOCK', pluginConfigJson: { statusCode: 200 } };
    const method = (methodType: string) => ({ methodType, methodName: 'x', methodPluginList: [mock] });
    const resourcePathList = [{ path: '/a', methodList: [method('GET')] }];
    const made = await expectAnswer(resourceList, 'POST', `${one}/resources`, { resourcePathList });
    const [path, get] = made.resourceList.map((row: Json) => row.resourceId);
    await expectAnswer(resourceList, 'POST', `${one}/resources/${path}/methods`, { methodList: [method('PUT')] });
    await expectAnswer(resourceList, 'PUT', `${one}/resource-paths/${path}`, {});
    await expectAnswer(resourceList, 'PUT', `${one}/resource-methods/${get}`, { methodName: 'y' });
    await expectAnswer(resourceList, 'GET', `${one}/resources`);
    await expectAnswer(plain, 'DELETE', `${one}/resources/${path}`);
    await expectAnswer(plain, 'POST', `${one}/resources/import`, { swaggerData: httpDocument() });
  });

  it('of stages and deployments', async () => {
    const serviceId = await api.createService();
    await api.importSwagger(serviceId, httpDocument());
    const stages = `/services/${serviceId}/stages`;
    const backendEndpointUrl = 'http://127.0.0.1:10080';
    const { stageId } = (await expectAnswer(oneStage, 'POST', stages, { backendEndpointUrl })).stage;
    const one = `${stages}/${stageId}`;
    await expectAnswer({ header, paging, stageList: [stage] }, 'GET', stages);
    const [root] = (await expectAnswer(stageResourceList, 'GET', `${one}/resources`)).stageResourceList;
    await expectAnswer(plain, 'POST', `${one}/deploys`);
    await api.waitForDeployment(serviceId, stageId);
    const latest = { ...deployment, deployStatus: text, ...stageResourceList, header: 'undefined' };
    await expectAnswer({ header, latestStageDeployResult: latest }, 'GET', `${one}/deploys/latest`);
    await expectAnswer(oneStage, 'PUT', one, { backendEndpointUrl: `${backendEndpointUrl}/v2` });
    const hmac = { pluginType: 'HMAC', pluginConfigJson: { secretKey: 'secret' } };
    const changed = { stageResourcePluginList: [hmac] };
    await expectAnswer(stageResourceList, 'PUT', `${one}/resources/${root.stageResourceId}`, changed);
    const history = { header, paging, stageDeployHistoryList: [deployment] };
    const [first] = (await expectAnswer(history, 'GET', `${one}/deploys`)).stageDeployHistoryList;
    const restored = {
      header,
      stageResourceList: [{ ...stageResource, ...rolledBack, customEndpointUrl: textOrNull }],
    };
    await expectAnswer(restored, 'POST', `${one}/deploys/${first.deployId}/rollback`);
    await expectAnswer(oneStage, 'PUT', one, { backendEndpointUrl: `${backendEndpointUrl}/v3` });
    await api.deploy(serviceId, stageId);
    await expectAnswer(plain, 'DELETE', `${one}/deploys/${first.deployId}`);
    await api.importSwagger(serviceId, httpDocument());
    await expectAnswer(stageResourceList, 'PUT', `${one}/resources`);
    await expectAnswer({ header, swaggerData: free }, 'GET', `${one}/swagger`);
    await expectAnswer(plain, 'DELETE', one);
  });
});
