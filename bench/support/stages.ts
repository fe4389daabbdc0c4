import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Api, Json } from '../../test/harness/api.js';
import type { PrivateStack } from '../../test/harness/stack.js';
import { get, type LoadRequest, post } from '../load/plan.js';

/** A deployed stage and how it is called. */
export interface BenchStage {
  readonly api: Api;
  readonly serviceId: string;
  readonly stageId: string;
  /** The host name that the gateway knows it by. */
  readonly host: string;
}

/** Keys of the stage that asks for one: a plan lets each through 5,000 times a second at most. */
const KEYS = 100;
const RATE_PER_KEY = 5_000;
const QUOTA = 2_147_483_647;
const SECRET = 'a secret that is long enough for HMAC with SHA-256';
const CLOCK_SKEW_SECONDS = 300;
const UPLOAD_BYTES = 10 * 1024;
const TENANT = 't42';
/** A service may have 10,000 paths, and those above count too; the methods beyond stand on the same paths. */
const MAX_LEAVES = 9_997;

const responses = { 200: { description: 'OK' } };

/** A Swagger document with these paths. */
function documentOf(paths: Json): object {
  return { swagger: '2.0', info: { title: 'bench', version: '1' }, paths };
}

/** An operation with plugins of the resource. */
function operation(plugins: Json = {}): Json {
  return { responses, 'x-nhncloud-apigateway': { plugins } };
}

/** Imports a document into a service of its own, sets these plugins on the whole stage, and deploys it. */
export async function makeStage(
  stack: PrivateStack,
  document: object,
  backendUrl: string,
  stagePlugins: readonly Json[] = [],
): Promise<BenchStage> {
  const api = await stack.newProject();
  const serviceId = await api.createService();
  await api.importSwagger(serviceId, document);
  const { stageId, stageUrl } = await api.createStage(serviceId, backendUrl);
  const resources = `/services/${serviceId}/stages/${stageId}/resources`;
  if (stagePlugins.length > 0) {
    const { stageResourceList } = await api.ok('GET', resources);
    const root = stageResourceList.find((one: Json) => one.path === '/' && one.methodType === null);
    await api.ok('PUT', `${resources}/${root.stageResourceId}`, { stageResourcePluginList: stagePlugins });
  }
  const { deployStatus } = await api.deploy(serviceId, stageId);
  if (deployStatus !== 'COMPLETE') throw new Error(`the deployment ended in ${deployStatus}`);
  return { api, serviceId, stageId, host: stageUrl };
}

/** What the backend is asked for in every size, on one stage without plugins. */
export function plainDocument(): object {
  return documentOf({
    '/small': { get: operation() },
    '/ten-kb': { get: operation() },
    '/one-mb': { get: operation() },
    '/upload': { post: operation() },
  });
}

/** The body of an upload. */
export const uploadRequest = (host: string): LoadRequest => post(host, '/upload', 'x'.repeat(UPLOAD_BYTES));

/** A stage that the gateway answers for by itself. */
export async function mockRequests(stack: PrivateStack, backendUrl: string, body: string): Promise<LoadRequest[]> {
  const mock = { MOCK: { statusCode: 200, headers: { 'Content-Type': 'application/json' }, body } };
  const { host } = await makeStage(stack, documentOf({ '/small': { get: operation(mock) } }), backendUrl);
  return [get(host, '/small')];
}

/** A stage that asks for an API key with a usage plan: a rate and a quota. The keys take turns. */
export async function keyRequests(stack: PrivateStack, backendUrl: string): Promise<LoadRequest[]> {
  const stage = await makeStage(stack, plainDocument(), backendUrl, [
    { pluginType: 'API_KEY', pluginConfigJson: { isActive: true } },
  ]);
  const { api, stageId, host } = stage;
  const { usagePlan } = await api.ok('POST', '/usage-plans', {
    usagePlanName: 'bench',
    rateLimitRequestPerSecond: RATE_PER_KEY,
    quotaLimitPeriodUnitCode: 'MONTH',
    quotaLimit: QUOTA,
  });
  await api.ok('POST', `/usage-plans/${usagePlan.usagePlanId}/stages/${stageId}`);
  const values: string[] = [];
  const apiKeyIdList: string[] = [];
  for (let at = 0; at < KEYS; at += 1) {
    const { apiKey } = await api.ok('POST', '/apikeys', { apiKeyName: `key ${at}`, apiKeyStatus: 'ACTIVE' });
    values.push(apiKey.primaryApiKey);
    apiKeyIdList.push(apiKey.apiKeyId);
  }
  const subscriptions = `/usage-plans/${usagePlan.usagePlanId}/stages/${stageId}/subscriptions`;
  await api.ok('POST', subscriptions, { apiKeyIdList });
  return values.map((value) => get(host, '/small', { 'x-nhn-apikey': value }));
}

/** A stage that asks for a JWT signed with HS256. */
export async function jwtRequests(stack: PrivateStack, backendUrl: string): Promise<LoadRequest[]> {
  const settings = {
    encryptAlgorithm: 'HS256',
    hs256: { secretKey: SECRET },
    claimValidationCondition: { exp: { required: true } },
  };
  const plugin = { pluginType: 'JWT', pluginConfigJson: settings };
  const { host } = await makeStage(stack, plainDocument(), backendUrl, [plugin]);
  const token = await new SignJWT({ sub: 'somebody', scope: 'things' })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(Buffer.from(SECRET));
  return [get(host, '/small', { Authorization: `Bearer ${token}` })];
}

/** A stage that asks for signed requests; gives what signs one now. A signature is good for some minutes. */
export async function hmacRequests(stack: PrivateStack, backendUrl: string): Promise<() => LoadRequest[]> {
  const settings = { secretKey: SECRET, clockSkewSeconds: CLOCK_SKEW_SECONDS, enforceHeaders: ['host'] };
  const plugin = { pluginType: 'HMAC', pluginConfigJson: settings };
  const { host } = await makeStage(stack, plainDocument(), backendUrl, [plugin]);
  return () => {
    const date = new Date().toISOString();
    const signature = createHmac('sha256', SECRET).update(`GET\n/small\n${date}\nhost:${host}`).digest('base64');
    const authorization = `hmac algorithm="HmacSHA256", headers="host", signature="${signature}"`;
    return [get(host, '/small', { 'x-nhn-date': date, Authorization: authorization })];
  };
}

/** A stage whose method has every plugin that rewrites: headers both ways, path and query. */
export async function rewritingRequests(stack: PrivateStack, backendUrl: string): Promise<LoadRequest[]> {
  const path = '/shops/{shop}/things/{thing}';
  const plugins = {
    HTTP: { frontendEndpointPath: path, backendEndpointPath: '/things/${request.path.thing}/of/${request.path.shop}' },
    SET_REQUEST_HEADER: { headers: { 'X-Shop': '${request.path.shop}', 'X-Client': '${request.clientIp}' } },
    REMOVE_REQUEST_HEADER: { headers: ['X-Secret'] },
    ADD_REQUEST_QUERY_PARAMETER: { parameters: { from: 'gateway', client: '${request.header.X-Caller}' } },
    SET_RESPONSE_HEADER: { headers: { 'X-Served-By': 'gateway', 'X-Path': '${request.uriPath}' } },
    REMOVE_RESPONSE_HEADER: { headers: ['Server'] },
  };
  const names = ['shop', 'thing'].map((name) => ({ name, in: 'path', required: true, type: 'string' }));
  const document = documentOf({ [path]: { get: { ...operation(plugins), parameters: names } } });
  const { host } = await makeStage(stack, document, backendUrl);
  return [get(host, '/shops/s1/things/42?limit=10', { 'X-Secret': 'hush', 'X-Caller': 'bench' })];
}

/** A document with so many routes. Gives the paths that a GET reaches, with the variable in them filled in, too. */
export function manyRoutes(routes: number): { document: object; paths: string[] } {
  const leaves = Math.min(routes, MAX_LEAVES);
  const parameters = [{ name: 'tenant', in: 'path', required: true, type: 'string' }];
  const pathAt = (index: number, tenant: string) => `/shop/${tenant}/things${index}`;
  const entries = Array.from({ length: leaves }, (_unused, index) => {
    const more = index < routes - leaves ? { put: { parameters, responses } } : {};
    return [pathAt(index, '{tenant}'), { get: { parameters, responses }, ...more }];
  });
  const paths = Array.from({ length: leaves }, (_unused, index) => pathAt(index, TENANT));
  return { document: documentOf(Object.fromEntries(entries)), paths };
}

/** One of the paths of {@link manyRoutes} with another value for the variable in it. */
export function ofTenant(path: string, tenant: string): string {
  return path.replace(`/${TENANT}/`, `/${tenant}/`);
}
