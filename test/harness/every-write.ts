import { administratorKey } from './administrator-key.js';
import type { Api, CallHeaders, HeadedAnswer, Json } from './api.js';
import { fetchDeclared } from './declared-errors.js';
import { httpDocument, mockDocument } from './documents.js';
import { type Ids, makeOneOfEach } from './one-of-each.js';
import { type ApiOperation, pathOf } from './operations.js';
import type { Stack } from './stack.js';
import { corsPlugin, mockMethod } from '../resources/trees.js';
import { asAdministrator, newUser, projectIdOf } from './users.js';

/*
 * Good calls of every operation that writes, on things that exist, so that each comes as far as its first write. They
 * can be refused for what other calls have left: one who makes them all has to expect that.
 */

const BACKEND = 'http://127.0.0.1:10080';

/** What an operation is called with where the one of each kind, or the example of its body, does not do. */
interface Call {
  readonly ids?: Ids;
  readonly body?: unknown;
}

/** Everything that the calls are made on, in a project of its own. */
export class EveryWrite {
  private constructor(
    private readonly stack: Stack,
    readonly api: Api,
    readonly admin: Api,
    readonly ids: Ids,
    private readonly calls: Readonly<Record<string, Call>>,
  ) {}

  /** Makes the things, and the project that they are in; services have the resources of `document`. */
  static async on(stack: Stack, document = httpDocument()): Promise<EveryWrite> {
    const api = await stack.newProject();
    const admin = await asAdministrator(stack);
    const ids = { ...(await makeOneOfEach(api, document)), ...(await makeForInstallation(stack, admin)) };
    return new EveryWrite(stack, api, admin, ids, await makeSpares(api, ids, document));
  }

  /** The path that an operation is called with; of another operation by `template`, for the same things. */
  pathOf(operation: ApiOperation, template = operation.template): string {
    const { ids = {} } = this.calls[operation.id] ?? {};
    return pathOf({ ...operation, template }, { ...this.ids, ...ids, appKey: this.api.appKey });
  }

  /** Who may call an operation. */
  clientOf({ access }: ApiOperation): Api {
    return access === 'appKey' ? this.api : this.admin;
  }

  /** Calls an operation as somebody who may. */
  async call(operation: ApiOperation, headers: CallHeaders = {}): Promise<HeadedAnswer> {
    const { body = operation.exampleBody } = this.calls[operation.id] ?? {};
    const path = this.pathOf(operation) + operation.exampleQuery;
    if (operation.access === 'accessKey') return this.callToken(path, headers);
    return this.clientOf(operation).callPath(operation.method, path, body, operation.bodyType, headers);
  }

  private async callToken(path: string, headers: CallHeaders): Promise<HeadedAnswer> {
    const basic = Buffer.from(`${administratorKey.id}:${administratorKey.secret}`).toString('base64');
    return fetchDeclared(this.stack.address.controlUrl, path, {
      method: 'POST',
      headers: { ...headers, authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', token: 'x' }),
    });
  }
}

/** A user with an access key, who is a member of a project that has nothing but a second appKey; a gateway token. */
async function makeForInstallation(stack: Stack, admin: Api): Promise<Ids> {
  const { userId, accessKey } = await newUser(stack);
  const projectId = await projectIdOf(stack, await stack.newProject());
  const project = `/v2.0/projects/${projectId}`;
  await admin.okPath('PUT', `${project}/members/${userId}`, { role: 'MEMBER' });
  const { appKeyList } = await admin.okPath('GET', `${project}/appkeys`);
  const token = { gatewayTokenName: 'x', regionCode: 'KR1' };
  const { gatewayTokenId } = (await admin.okPath('POST', '/v2.0/gateway-tokens', token)).gatewayToken;
  return { userId, accessKeyId: accessKey.id, projectId, appKeyId: appKeyList[0].appKeyId, gatewayTokenId };
}

/** Things of the project that may be changed in ways that those of {@link makeOneOfEach} may not. */
async function makeSpares(api: Api, ids: Ids, document: object): Promise<Record<string, Call>> {
  const empty = { apigwServiceId: await api.createService('empty') };
  const serviceId = await api.createService('spare');
  const service = `/services/${serviceId}`;
  await api.importSwagger(serviceId, document);
  const { stageId } = await api.createStage(serviceId, BACKEND);
  const stage = `${service}/stages/${stageId}`;
  const { deployId } = await api.deploy(serviceId, stageId);
  await api.importSwagger(serviceId, mockDocument());
  await api.ok('PUT', `${stage}/resources`);
  await api.deploy(serviceId, stageId);
  await api.importSwagger(serviceId, mockDocument('changed'));
  const { resourceList } = await api.ok('GET', `${service}/resources`);
  const { resourceId } = resourceList.find((one: Json) => one.path === '/hello' && one.methodType === null);
  const plans: string[] = [];
  for (const usagePlanName of ['free', 'connected']) {
    plans.push((await api.ok('POST', '/usage-plans', { usagePlanName })).usagePlan.usagePlanId);
  }
  const [free = '', connected = ''] = plans;
  await api.ok('POST', `/usage-plans/${connected}/stages/${ids['stageId']}`);
  const { customDomain } = await api.ok('POST', '/custom-domains', {
    customDomain: `spare-${api.appKey.slice(-12)}.example.com`,
  });
  await api.ok('POST', `${stage}/custom-domains/${customDomain.customDomainId}`);
  const spare = { apigwServiceId: serviceId, stageId };
  return {
    deleteService: { ids: empty },
    deleteStage: { ids: spare },
    importStageResources: { ids: spare },
    deleteDeployment: { ids: { ...spare, deployId } },
    createStage: { body: { backendEndpointUrl: BACKEND, stageName: 'other' } },
    createCustomDomain: { body: { customDomain: `new-${api.appKey.slice(-12)}.example.com` } },
    createResourceMethods: { ids: { ...spare, resourceId }, body: { methodList: [mockMethod('PUT')] } },
    modifyResourcePath: { ids: { ...spare, resourceId }, body: { pathPluginList: [corsPlugin] } },
    disconnectCustomDomain: { ids: { ...spare, customDomainId: customDomain.customDomainId } },
    connectStageToUsagePlan: { ids: { usagePlanId: free } },
    disconnectStageFromUsagePlan: { ids: { usagePlanId: connected } },
  };
}
