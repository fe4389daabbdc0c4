import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorCatalog } from '../../src/errors/index.js';
import { administratorKey } from '../harness/administrator-key.js';
import type { Api, Json } from '../harness/api.js';
import { fetchDeclared } from '../harness/declared-errors.js';
import { httpDocument, mockDocument } from '../harness/documents.js';
import { databaseFingerprint } from '../harness/fingerprint.js';
import { type Ids, makeOneOfEach } from '../harness/one-of-each.js';
import { type ApiOperation, listOperations, pathOf } from '../harness/operations.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { corsPlugin, mockMethod } from '../resources/trees.js';
import { asAdministrator, newUser, projectIdOf } from '../harness/users.js';

/*
 * The database refuses every write as one that lost against another transaction, time after time. The calls are good
 * ones on things that exist, so that each comes as far as its first write; all are rolled back.
 */

const { code: DUPLICATE_REQUEST } = errorCatalog.DUPLICATE_REQUEST;
const BACKEND = 'http://127.0.0.1:10080';
/** `stage_host`, whose failures have codes of their own in most operations, and signs of life are left alone. */
const LEFT_ALONE = ['stage_host', 'gateway'];
/** Operations that write only to `stage_host`. */
const OF_HOSTS = ['disconnectCustomDomain'];

/** What an operation is called with where the one of each kind, or the example of its body, does not do. */
interface Call {
  readonly ids?: Ids;
  readonly body?: unknown;
}

let stack: PrivateStack;
let api: Api;
let admin: Api;
let ids: Ids;
let calls: Readonly<Record<string, Call>>;

beforeAll(async () => {
  stack = await startPrivateStack();
  api = await stack.newProject();
  admin = await asAdministrator(stack);
  ids = { ...(await makeOneOfEach(api)), ...(await makeForInstallation()) };
  calls = await makeSpares();
});

afterAll(() => stack.stop());

/** A user with an access key, who is a member of a project that has nothing but a second appKey. */
async function makeForInstallation(): Promise<Ids> {
  const { userId, accessKey } = await newUser(stack);
  const projectId = await projectIdOf(stack, await stack.newProject());
  const project = `/v2.0/projects/${projectId}`;
  await admin.okPath('PUT', `${project}/members/${userId}`, { role: 'MEMBER' });
  const { appKeyList } = await admin.okPath('GET', `${project}/appkeys`);
  return { userId, accessKeyId: accessKey.id, projectId, appKeyId: appKeyList[0].appKeyId };
}

/** Things of the project that may be changed in ways that those of {@link makeOneOfEach} may not. */
async function makeSpares(): Promise<Record<string, Call>> {
  const empty = { apigwServiceId: await api.createService('empty') };
  const serviceId = await api.createService('spare');
  const service = `/services/${serviceId}`;
  await api.importSwagger(serviceId, httpDocument());
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
  const { customDomain } = await api.ok('POST', '/custom-domains', { customDomain: 'lost.example.com' });
  await api.ok('POST', `${stage}/custom-domains/${customDomain.customDomainId}`);
  const spare = { apigwServiceId: serviceId, stageId };
  return {
    deleteService: { ids: empty },
    deleteStage: { ids: spare },
    importStageResources: { ids: spare },
    deleteDeployment: { ids: { ...spare, deployId } },
    createStage: { body: { backendEndpointUrl: BACKEND, stageName: 'other' } },
    createCustomDomain: { body: { customDomain: 'new.example.com' } },
    createResourceMethods: { ids: { ...spare, resourceId }, body: { methodList: [mockMethod('PUT')] } },
    modifyResourcePath: { ids: { ...spare, resourceId }, body: { pathPluginList: [corsPlugin] } },
    disconnectCustomDomain: { ids: { ...spare, customDomainId: customDomain.customDomainId } },
    connectStageToUsagePlan: { ids: { usagePlanId: free } },
    disconnectStageFromUsagePlan: { ids: { usagePlanId: connected } },
  };
}

/** Calls an operation as somebody who may, and gives its id and the code. */
async function answerOf(operation: ApiOperation): Promise<[string, number]> {
  const { ids: others = {}, body = operation.exampleBody } = calls[operation.id] ?? {};
  const path = pathOf(operation, { ...ids, ...others, appKey: api.appKey }) + operation.exampleQuery;
  if (operation.access === 'accessKey') return [operation.id, await tokenCodeOf(path)];
  const client = operation.access === 'appKey' ? api : admin;
  const answer = await client.callPath(operation.method, path, body, operation.bodyType);
  return [operation.id, answer.body.header.resultCode];
}

async function tokenCodeOf(path: string): Promise<number> {
  const basic = Buffer.from(`${administratorKey.id}:${administratorKey.secret}`).toString('base64');
  const { body } = await fetchDeclared(stack.address.controlUrl, path, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', token: 'x' }),
  });
  return body.header?.resultCode ?? 0;
}

/** Lets every write of the control plane lose while `run` runs, but for those to the tables that are left alone. */
async function whileLosing<T>(leftAlone: readonly string[], run: () => Promise<T>): Promise<T> {
  await stack.query(`CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'a fault made by a test' USING ERRCODE = '40001'; END $$`);
  try {
    const tables = await stack.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL ($1)`,
      [leftAlone],
    );
    for (const { name } of tables) {
      // For each statement: it shall lose whether it finds a row or not.
      await stack.query(`CREATE TRIGGER lose BEFORE INSERT OR UPDATE OR DELETE ON "${name}" EXECUTE FUNCTION lose()`);
    }
    return await run();
  } finally {
    await stack.query('DROP FUNCTION lose CASCADE');
  }
}

async function answersOf(called: readonly ApiOperation[]): Promise<[string, number][]> {
  const answers: [string, number][] = [];
  for (const operation of called) answers.push(await answerOf(operation));
  return answers;
}

describe('an operation whose writes lose against others time after time', () => {
  it('answers DUPLICATE_REQUEST where it declares that, another error where not, and changes nothing', async () => {
    const all = await listOperations(stack.address.controlUrl);
    // Those of v2.0 under an appKey are the same ones.
    const writing = all.filter(({ method, access }) => method !== 'GET' && access !== 'appKey and token');
    const losing = writing.filter(({ codes }) => codes.has(DUPLICATE_REQUEST));
    const ofHosts = losing.filter(({ id }) => OF_HOSTS.includes(id));
    const ofTables = losing.filter(({ id }) => !OF_HOSTS.includes(id));
    const others = writing.filter(({ codes }) => !codes.has(DUPLICATE_REQUEST));
    const before = await databaseFingerprint(stack);
    const answers = await whileLosing(LEFT_ALONE, () => answersOf(ofTables));
    expect(answers).toEqual(ofTables.map(({ id }) => [id, DUPLICATE_REQUEST]));
    expect(await whileLosing([], () => answersOf(ofHosts))).toEqual(ofHosts.map(({ id }) => [id, DUPLICATE_REQUEST]));
    // The call itself demands that they declare what they answer.
    await whileLosing([], () => answersOf(others));
    expect(await databaseFingerprint(stack)).toEqual(before);
    expect(others.map(({ id }) => id).toSorted()).toEqual([
      'changeUsagePlan',
      'checkToken',
      'connectApiKeys',
      'connectCustomDomain',
      'deleteApiKey',
      'deleteUsagePlan',
      'deployStage',
      'disconnectApiKeys',
      'regenerateApiKey',
      'rollbackStage',
    ]);
  });
});
