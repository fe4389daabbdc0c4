import { beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import type { Snapshot, SnapshotPath, SnapshotPlugin, SnapshotRoute } from '../../src/contract/snapshot.js';
import {
  type GatewayFailureDefinition,
  type GatewayFailureKey,
  gatewayFailures,
  gatewayResponseTypes,
} from '../../src/errors/index.js';
import { parseAddressSet } from '../../src/kernel/addresses.js';
import { accessKeyOf } from './support/access.js';
import { unusedPort } from './support/backend.js';
import type { Answer, Call } from './support/client.js';
import { httpRoute, mockRoute, pathOf, pluginOf } from './support/snapshots.js';
import { useBackend, useGateway, useRawBackend } from './support/suite.js';
import { until } from './support/until.js';

const MEGABYTE = 1024 * 1024;
const PLAIN = { stageId: 'plain', host: 'plain.api.localhost' };
const REDEFINED = { stageId: 'redefined', host: 'redefined.api.localhost' };
const REDEFINED_STATUS = 418;

const gateway = useGateway({
  upstreamTimeoutMs: 150,
  breakerFailures: 3,
  trustedProxies: parseAddressSet('127.0.0.0/8') ?? undefined,
});
const silent = { plain: useRawBackend(stay), redefined: useRawBackend(stay), broken: useRawBackend(stay) };
const keySets = useBackend((_request, response) => void response.end('{"no":"keys"}'));
const large = useBackend((_request, response) => void response.end(Buffer.alloc(11 * MEGABYTE)));

function stay(): void {
  // Never an answer.
}

const HMAC = { secretKey: 'secret', clockSkewSeconds: 60, enforceHeaders: ['x-must'] };
const jwt = (publicKeyType: string, rsaPublicKey: string) =>
  pluginOf('JWT', { encryptAlgorithm: 'RS256', rs256: { publicKeyType, rsaPublicKey } });
const hs256 = pluginOf('JWT', { encryptAlgorithm: 'HS256', hs256: { secretKey: 'secret' } });
const isActive = { isActive: true };

function locked(path: string, ...plugins: SnapshotPlugin[]): SnapshotPath {
  return pathOf(path, [mockRoute('GET', 'let in', { plugins })]);
}

function validated(route: SnapshotRoute): SnapshotRoute {
  const validation = {
    queryStrings: ['q'],
    headers: [],
    formFields: [],
    contentTypes: [],
    hasBody: false,
    bodySchema: null,
  };
  return { ...route, plugins: [pluginOf('REQUEST_VALIDATOR', isActive)], validation };
}

async function pathsOf(stage: 'plain' | 'redefined'): Promise<SnapshotPath[]> {
  const nobody = `http://127.0.0.1:${await unusedPort()}`;
  const preApi = { httpMethod: 'GET', url: `${nobody}/check`, cacheTtl: 0 };
  return [
    pathOf('/items/{id}', [mockRoute('GET', 'item'), mockRoute('POST', 'item')]),
    pathOf('/circuit', [httpRoute('GET', silent.broken().url, '/')]),
    pathOf('/denied', [httpRoute('GET', 'http://169.254.169.254', '/')]),
    pathOf('/refused', [httpRoute('GET', nobody, '/')]),
    pathOf('/silent', [httpRoute('GET', silent[stage]().url, '/')]),
    pathOf('/large', [httpRoute('GET', large().url, '/')]),
    pathOf('/broken', [mockRoute('GET', '', { headers: { a: '${x}' } })]),
    pathOf('/internal', [mockRoute('GET', '', { statusCode: 100 })]),
    pathOf('/validated', [validated(mockRoute('GET'))]),
    locked('/hmac', pluginOf('HMAC', HMAC)),
    locked('/jwt', hs256),
    locked('/jwks/away', jwt('JWKS_URI', `${nobody}/keys`)),
    locked('/jwks/wrong', jwt('JWKS_URI', `${keySets().url}/keys`)),
    locked('/pre-api', pluginOf('PRE_API', preApi)),
    locked('/address', pluginOf('IP_ACL', { isPermit: true, ipAclList: [{ ipCidrAddress: '10.0.0.0/8' }] })),
    locked('/rate', pluginOf('RATE_LIMIT', { keyType: 'DEFAULT', requestPerSec: 1 })),
    locked('/key', pluginOf('API_KEY', isActive)),
  ];
}

beforeAll(async () => {
  const gatewayResponses: Snapshot['gatewayResponses'] = gatewayResponseTypes.map((type) => ({
    type,
    status: REDEFINED_STATUS,
    headers: { 'X-Why': '${error.resultCode} on ${request.uriPath}' },
    bodies: {
      'application/json': '{"code":${error.resultCode},"message":"${error.resultMessage}"}',
      'text/plain': '${error.resultCode}: ${error.resultMessage}',
    },
  }));
  await gateway().deploy(await pathsOf('plain'), { stageId: PLAIN.stageId, accessLog: true }, [PLAIN.host]);
  const parts = { stageId: REDEFINED.stageId, gatewayResponses };
  await gateway().deploy(await pathsOf('redefined'), parts, [REDEFINED.host]);
  const plans = { [PLAIN.stageId]: 'none', [REDEFINED.stageId]: 'none' };
  gateway().controlPlane.access.change({
    plans: [{ id: 'none', requestsPerSecond: null, quota: { unit: 'DAY', limit: 0 } }],
    keys: [accessKeyOf('good', plans), accessKeyOf('sleeping', plans, false)],
  });
  // Taken as soon as the good key is known.
  await until(async () => (await failureOf('QuotaExceeded', PLAIN.host)).status === 429);
});

/** How a failure comes about: a request, or several of which the last one meets it. */
interface Row extends Call {
  readonly path: string;
  /** What the message says in place of `{detail}`. */
  readonly detail?: string;
  /** Sends the request again until it meets its failure. */
  readonly isRepeated?: boolean;
}

const hmac = (authorization?: string, headers: Record<string, string> = {}): Row => ({
  path: '/hmac',
  headers: { ...(authorization === undefined ? {} : { authorization }), ...headers },
});
const SIGNED = 'hmac algorithm="HmacSHA256", headers="x-must", signature="aGVsbG8="';
const now = () => new Date().toISOString();
const token = (header: object) =>
  `${base64(header)}.${base64({})}.${createHmac('sha256', 'other').digest('base64url')}`;
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const bearer = (path: string): Row => ({
  path,
  headers: { authorization: `Bearer ${token({ alg: path === '/jwt' ? 'HS256' : 'RS256', kid: 'a' })}` },
});
const withKey = (value: string): Row => ({ path: '/key', headers: { 'x-nhn-apikey': value } });

/** Every row of the table. It does not compile without one of them. */
const rows: Readonly<Record<GatewayFailureKey, Row>> = {
  CircuitOpen: { path: '/circuit', detail: 'is open', isRepeated: true },
  UpstreamUnreachable: { path: '/denied', detail: 'address is not allowed' },
  UpstreamBroken: { path: '/refused', detail: 'connection refused' },
  UpstreamTimeout: { path: '/silent' },
  HmacAuthorizationEmpty: hmac(),
  HmacSchemeInvalid: hmac('Bearer abc'),
  HmacAlgorithmInvalid: hmac('hmac algorithm="HmacMD5", headers="x-must", signature="aGVsbG8="'),
  HmacSignatureEmpty: hmac('hmac algorithm="HmacSHA1", headers="x-must"'),
  HmacHeadersMissing: hmac('hmac algorithm="HmacSHA1", headers="", signature="aGVsbG8="'),
  HmacDateEmpty: hmac(SIGNED, { 'x-must': '1' }),
  HmacDateInvalid: hmac(SIGNED, { 'x-must': '1', 'x-nhn-date': 'today' }),
  HmacExpired: hmac(SIGNED, { 'x-must': '1', 'x-nhn-date': '2020-01-01T00:00:00Z' }),
  HmacSignatureInvalid: hmac(SIGNED, { 'x-must': '1', 'x-nhn-date': now() }),
  JwtAuthorizationEmpty: { path: '/jwt' },
  JwtSchemeInvalid: { path: '/jwt', headers: { authorization: 'Basic abc' } },
  JwtInvalid: bearer('/jwt'),
  JwksUnavailable: bearer('/jwks/away'),
  JwksInvalid: bearer('/jwks/wrong'),
  PreApiUnreachable: { path: '/pre-api' },
  IpNotAllowed: { path: '/address' },
  RequestTooLarge: { path: '/items/1', method: 'POST', body: Buffer.alloc(11 * MEGABYTE) },
  ResponseTooLarge: { path: '/large' },
  RateExceeded: { path: '/rate', isRepeated: true },
  QuotaExceeded: withKey('good-value'),
  UriInvalid: { path: '/items/%zz' },
  UrlNotFound: { path: '/none' },
  ApiKeyEmpty: { path: '/key' },
  ApiKeyInactive: withKey('sleeping-value'),
  ApiKeyInvalid: withKey('unknown'),
  ContextVariableBroken: { path: '/broken' },
  ClientIpInvalid: { path: '/items/1', headers: { 'x-forwarded-for': 'nobody' } },
  RequestInvalid: { path: '/validated', detail: 'query parameter q: is required' },
  InternalError: { path: '/internal' },
};
const keys = Object.keys(rows) as GatewayFailureKey[];

async function failureOf(key: GatewayFailureKey, host: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { path, isRepeated, ...call } = rows[key];
  const send = () => gateway().call(path, { ...call, host, headers: { ...call.headers, ...headers } });
  if (!isRepeated) return send();
  const message = messageOf(key);
  return until(async () => {
    const answer = await send();
    return answer.text.includes(message) && answer;
  });
}

function messageOf(key: GatewayFailureKey): string {
  return gatewayFailures[key].message.replace('{detail}', rows[key].detail ?? '');
}

/** All that can be answered: a response over 10 MB is cut off instead. */
const answered = keys.filter((key) => key !== 'ResponseTooLarge');

describe('by default', () => {
  it.each(answered)('%s is answered with its status, code and message, as JSON', async (key) => {
    const answer = await failureOf(key, PLAIN.host);
    const { status, code } = gatewayFailures[key];
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers['x-request-id']).toMatch(/^[a-z0-9]{20}$/);
    expect(answer.json()).toEqual({ header: { isSuccessful: false, resultCode: code, resultMessage: messageOf(key) } });
  });

  it('ResponseTooLarge cuts the client off, and stands in the access log alone', async () => {
    await expect(failureOf('ResponseTooLarge', PLAIN.host)).rejects.toThrow();
    const { status, code, message } = gatewayFailures.ResponseTooLarge;
    const line = await until(() =>
      gateway()
        .accessLines()
        .find(({ requestPath }) => requestPath === '/large'),
    );
    expect(line).toMatchObject({ responseHttpStatus: status, errorCode: code, errorMessage: message });
  });

  it('each is in the access log with its code and message', async () => {
    const lines = await until(() => {
      const all = gateway().accessLines();
      return all.some(({ errorCode }) => errorCode === gatewayFailures.InternalError.code) && all;
    });
    for (const key of keys) {
      const { code } = gatewayFailures[key];
      expect(lines).toContainEqual(expect.objectContaining({ errorCode: code, errorMessage: messageOf(key) }));
    }
  });
});

describe('redefined', () => {
  const typeOf = (key: GatewayFailureKey) => (gatewayFailures[key] as GatewayFailureDefinition).type;
  const redefinable = answered.filter((key) => typeOf(key) !== null);

  it.each(redefinable)('%s has the status, header and body of its type, by Accept', async (key) => {
    const { code } = gatewayFailures[key];
    const json = await failureOf(key, REDEFINED.host);
    expect(json.status).toBe(REDEFINED_STATUS);
    expect(json.headers['x-why']).toBe(`${code} on ${rows[key].path}`);
    expect(json.headers['content-type']).toBe('application/json');
    expect(JSON.parse(json.text)).toEqual({ code, message: messageOf(key) });
    const text = await failureOf(key, REDEFINED.host, { accept: 'text/plain' });
    expect(text.status).toBe(REDEFINED_STATUS);
    expect(text.headers['content-type']).toBe('text/plain');
    expect(text.text).toBe(`${code}: ${messageOf(key)}`);
  });

  it('all types have a failure that shows them', () => {
    expect(new Set(redefinable.map(typeOf))).toEqual(new Set(gatewayResponseTypes));
  });

  it('RequestTooLarge stays as it is: it is of no type', async () => {
    const answer = await failureOf('RequestTooLarge', REDEFINED.host);
    expect([answer.status, answer.json().header.resultCode]).toEqual([413, 4131000]);
  });
});
