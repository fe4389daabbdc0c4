import fc from 'fast-check';
import type { AccessPage } from '../../../src/contract/access.js';
import type { Snapshot, SnapshotPath, SnapshotPlugin, SnapshotRoute } from '../../../src/contract/snapshot.js';
import { accessKeyOf, hashKey } from '../support/access.js';
import { snapshotOf } from '../support/snapshots.js';

export const HMAC_SECRET = 'a secret for signatures';
export const JWT_SECRET = 'another secret, for tokens';

const PATHS = ['/', '/a', '/a/b', '/{x}', '/a/{x}', '/{x}/b', '/files/{rest+}', '/pets/{x}.json', '/A', '/a-b'];
const METHODS = ['GET', 'POST', 'HEAD', 'DELETE', 'OPTIONS'] as const;
const TEMPLATES = [
  'fixed',
  '${request.clientIp}',
  '${request.host}',
  '${request.uri}',
  '${request.uriPath}',
  '${request.uriPattern}',
  '${request.scheme}-${request.httpMethod}',
  '${request.queryString.q}',
  '$!{request.queryString.none}',
  '${request.header.X-Tenant}',
  '$!{request.header.Accept}',
];
const RESPONSE_TEMPLATES = [...TEMPLATES, '$!{response.httpStatus}'];

const plugin = (type: string, config: Record<string, unknown>): SnapshotPlugin => ({
  type,
  config,
  origin: { path: '/', method: null },
});

const template = fc.constantFrom(...TEMPLATES);
const responseTemplate = fc.constantFrom(...RESPONSE_TEMPLATES);

/** Who calls: which settings a request of the suite meets. Limits per second are never reached. */
const checks = (preApiUrl: string): fc.Arbitrary<SnapshotPlugin>[] => [
  fc
    .record({
      isPermit: fc.boolean(),
      ipCidrAddress: fc.constantFrom('127.0.0.0/8', '10.0.0.0/8', '::1'),
    })
    .map(({ isPermit, ipCidrAddress }) => plugin('IP_ACL', { isPermit, ipAclList: [{ ipCidrAddress }] })),
  fc
    .constantFrom({}, { clockSkewSeconds: 300 }, { enforceHeaders: ['X-Tenant'] })
    .map((parts) => plugin('HMAC', { secretKey: HMAC_SECRET, ...parts })),
  fc
    .constantFrom({}, { claimValidationCondition: { iss: { value: ['us'], required: true, validate: true } } })
    .map((parts) => plugin('JWT', { encryptAlgorithm: 'HS256', hs256: { secretKey: JWT_SECRET }, ...parts })),
  fc.constant(plugin('API_KEY', { isActive: true })),
  fc
    .constantFrom(
      { keyType: 'DEFAULT' },
      { keyType: 'IP' },
      { keyType: 'HEADER', extraKeyValue: 'X-Tenant' },
      { keyType: 'PATH_VARIABLE', extraKeyValue: '${request.path.x}' },
    )
    .map((key) => plugin('RATE_LIMIT', { ...key, requestPerSec: 5000 })),
  fc
    .constantFrom('members', 'tenants', 'gone')
    .map((id) => plugin('REQUEST_RESTRICTION', { requestRestrictionPolicyId: id })),
  fc.constant(plugin('REQUEST_VALIDATOR', { isActive: true })),
  fc.constantFrom(0, 60).map((cacheTtl) => plugin('PRE_API', { httpMethod: 'GET', url: preApiUrl, cacheTtl })),
];

const edits: fc.Arbitrary<SnapshotPlugin>[] = [
  fc
    .dictionary(fc.constantFrom('added', 'q', 'ä b'), template, { minKeys: 1 })
    .map((parameters) => plugin('ADD_REQUEST_QUERY_PARAMETER', { parameters })),
  fc
    .dictionary(fc.constantFrom('X-Added', 'accept', 'X-Forwarded-Host'), template, { minKeys: 1 })
    .map((headers) => plugin('SET_REQUEST_HEADER', { headers })),
  fc
    .uniqueArray(fc.constantFrom('X-Tenant', 'x-nhn-apikey', 'authorization'), { minLength: 1 })
    .map((headers) => plugin('REMOVE_REQUEST_HEADER', { headers })),
  fc
    .dictionary(fc.constantFrom('X-Answer', 'Vary'), responseTemplate, { minKeys: 1 })
    .map((headers) => plugin('SET_RESPONSE_HEADER', { headers })),
  fc
    .uniqueArray(fc.constantFrom('X-Mock', 'Vary'), { minLength: 1 })
    .map((headers) => plugin('REMOVE_RESPONSE_HEADER', { headers })),
];

/** Some plugins of a list, each with the odds of one in `sparsity`. */
function some(plugins: readonly fc.Arbitrary<SnapshotPlugin>[], sparsity: number): fc.Arbitrary<SnapshotPlugin[]> {
  const rarely = (one: fc.Arbitrary<SnapshotPlugin>) =>
    fc.oneof({ weight: sparsity - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: one });
  return fc.tuple(...plugins.map(rarely)).map((list) => list.filter((one) => one !== null));
}

const validation: fc.Arbitrary<NonNullable<SnapshotRoute['validation']>> = fc.record({
  queryStrings: fc.constantFrom([], ['q']),
  headers: fc.constantFrom([], ['X-Tenant']),
  formFields: fc.constantFrom([], ['f']),
  contentTypes: fc.constantFrom([], ['application/json'], ['text/*']),
  hasBody: fc.boolean(),
  bodySchema: fc.constantFrom(null, { type: 'object', required: ['name'] }),
});

const backendOf = (url: string): fc.Arbitrary<SnapshotRoute['backend']> =>
  fc.oneof(
    fc
      .record({
        base: fc.constantFrom('', '/base', '/base/?fixed=1'),
        path: fc.constantFrom(
          '/v',
          '/v/${request.queryString.q}',
          '/v${request.uriPath}',
          '/v?own=${request.header.X-Tenant}',
        ),
      })
      .map(({ base, path }) => ({ type: 'HTTP' as const, baseUrl: url + base, path })),
    fc.record({
      type: fc.constant('MOCK' as const),
      statusCode: fc.constantFrom(200, 201, 204, 304, 404, 503),
      headers: fc.dictionary(
        fc.constantFrom('X-Mock', 'Content-Type'),
        fc.constantFrom('text/plain', '${request.uriPath}'),
      ),
      body: fc.constantFrom('', 'hello', '{"a":1}'),
    }),
  );

const corsSetting = fc.constantFrom<SnapshotPath['cors'][]>(
  null,
  {
    allowedMethods: ['GET'],
    allowedHeaders: ['*'],
    allowedOrigins: ['*'],
    exposedHeaders: ['X-Answer'],
    maxCredentialsAge: 60,
    allowCredentials: false,
  },
  {
    allowedMethods: ['GET', 'POST'],
    allowedHeaders: ['X-Tenant'],
    allowedOrigins: ['https://good.example'],
    exposedHeaders: [],
    maxCredentialsAge: null,
    allowCredentials: true,
  },
);

const responses: fc.Arbitrary<Snapshot['gatewayResponses']> = fc.subarray<Snapshot['gatewayResponses'][number]>([
  {
    type: 'NotFound',
    status: 410,
    headers: { 'X-Path': '${request.uriPath}' },
    bodies: { 'text/plain': 'no ${error.resultCode}' },
  },
  { type: 'Forbidden', status: 200, headers: {}, bodies: {} },
  {
    type: 'Unauthorized',
    status: 418,
    headers: {},
    bodies: { 'application/json': '{"m":"${error.resultMessage}"}', 'text/html': '<b>${request.queryString.q}</b>' },
  },
  { type: 'BadRequest', status: 422, headers: { 'X-Code': '${error.resultCode}' }, bodies: {} },
]);

/** Stages of random paths, plugins, CORS settings and gateway responses, whose backends are at a URL. */
export function stages(backendUrl: string, preApiUrl: string): fc.Arbitrary<Snapshot> {
  const route = (method: (typeof METHODS)[number]): fc.Arbitrary<SnapshotRoute> =>
    fc
      .record({ backend: backendOf(backendUrl), given: some(checks(preApiUrl), 6), edits: some(edits, 3), validation })
      .map(({ backend, given, edits: changed, validation: demanded }) => {
        const plugins = [...given, ...changed];
        const isChecked = plugins.some(({ type }) => type === 'REQUEST_VALIDATOR');
        return { method, backend, plugins, ...(isChecked ? { validation: demanded } : {}) };
      });
  const path = (text: string): fc.Arbitrary<SnapshotPath> =>
    fc
      .record({ methods: fc.subarray([...METHODS], { minLength: 4 }), cors: corsSetting })
      .chain(({ methods, cors }) =>
        fc.record({ path: fc.constant(text), cors: fc.constant(cors), routes: fc.tuple(...methods.map(route)) }),
      );
  return fc
    .record({ paths: fc.subarray(PATHS, { minLength: 7 }).chain((texts) => fc.tuple(...texts.map(path))), responses })
    .map(({ paths, responses: gatewayResponses }) => snapshotOf(paths, { gatewayResponses }));
}

const plans = { stage1: 'plan' };
/** Limit of the quota that good keys have. */
export const QUOTA = 1_000_000;

/** Who may call all of these stages. Values of keys are `ID-value`. */
export const accessOfStages: Pick<AccessPage, 'keys' | 'plans' | 'policies' | 'policyValues'> = {
  keys: [
    accessKeyOf('good', plans),
    accessKeyOf('inactive', plans, false),
    accessKeyOf('elsewhere', { stage2: 'plan' }),
    accessKeyOf('free', { stage1: 'unlimited' }),
    accessKeyOf('spent', { stage1: 'spent' }),
  ],
  plans: [
    { id: 'plan', requestsPerSecond: 5000, quota: { unit: 'DAY', limit: QUOTA } },
    { id: 'unlimited', requestsPerSecond: null, quota: null },
    { id: 'spent', requestsPerSecond: null, quota: { unit: 'MONTH', limit: 0 } },
  ],
  policies: [
    { id: 'members', keyType: 'PATH_VARIABLE', keyName: 'x', defaultRequestsPerSecond: 5000, tellsRemaining: true },
    { id: 'tenants', keyType: 'HEADER', keyName: 'X-Tenant', defaultRequestsPerSecond: null, tellsRemaining: false },
  ],
  policyValues: [
    { id: 'v1', policyId: 'members', value: 'vip', requestsPerSecond: 4999, addresses: null },
    {
      id: 'v2',
      policyId: 'tenants',
      value: 'inside',
      requestsPerSecond: null,
      addresses: { type: 'ALLOW', list: ['127.0.0.1'] },
    },
    {
      id: 'v3',
      policyId: 'tenants',
      value: 'banned',
      requestsPerSecond: null,
      addresses: { type: 'DENY', list: ['127.0.0.1'] },
    },
  ],
};

/** The same as a whole document. */
export const accessPage: AccessPage = {
  cursor: '',
  startsAnew: true,
  isComplete: true,
  hashKey,
  removed: [],
  ...accessOfStages,
};
