import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { exportJWK, type JWTPayload, SignJWT } from 'jose';
import { type AddressSet, addressSet } from '../../src/kernel/addresses.js';
import { mockRoute, pathOf, pluginOf } from './support/snapshots.js';
import { useBackend, useGateway } from './support/suite.js';
import { setCalendar } from './support/calendar.js';
import { unusedPort } from './support/backend.js';
import { startTestGateway } from './support/gateway.js';

const SECRET = 'a secret of at least thirty-two bytes';
const gateway = useGateway();
const first = generateKeyPairSync('rsa', { modulusLength: 2048 });
const second = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = first.publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** What the key server answers; each test sets it. */
let answer: RequestListener;
let fetched = 0;
const keyServer = useBackend((request, response) => {
  fetched += 1;
  answer(request, response);
});

async function deploy(settings: object, target = gateway()): Promise<void> {
  await target.deploy([
    pathOf('/a', [mockRoute('GET', 'in', { plugins: [pluginOf('JWT', settings as Record<string, unknown>)] })]),
  ]);
}

const hs256 = (conditions: object = {}, clockSkew = 0) => ({
  encryptAlgorithm: 'HS256',
  hs256: { secretKey: SECRET },
  clockSkew,
  claimValidationCondition: conditions,
});
const rs256 = { encryptAlgorithm: 'RS256', rs256: { publicKeyType: 'RSA_PUBLIC_KEY', rsaPublicKey: pem } };
let keySets = 0;
/** A URI of its own for each test, as a gateway keeps a key set for all of them. */
const jwksUri = (url = keyServer().url) => ({
  encryptAlgorithm: 'RS256',
  rs256: { publicKeyType: 'JWKS_URI', rsaPublicKey: `${url}/keys?${(keySets += 1)}` },
});

function token(claims: JWTPayload = {}, secret = SECRET): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));
}

function rsaToken(key: KeyObject, kid?: string): Promise<string> {
  return new SignJWT({}).setProtectedHeader({ alg: 'RS256', ...(kid === undefined ? {} : { kid }) }).sign(key);
}

/** The JSON of a part of a token, as a token holds it. */
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function codeOf(authorization: string | string[] | null, target = gateway()): Promise<number> {
  const response = await target.call('/a', { headers: authorization === null ? {} : { authorization } });
  return response.status === 200 ? 200 : response.json().header.resultCode;
}

const bearer = async (claims?: JWTPayload) => codeOf(`Bearer ${await token(claims)}`);
const nowS = () => Math.floor(Date.now() / 1000);

describe('JWT with HS256', () => {
  it('admits a token that is signed with the secret', async () => {
    await deploy(hs256());
    expect(await bearer()).toBe(200);
    expect(await codeOf(`bearer   ${await token()}`)).toBe(200);
    expect(await codeOf(`Bearer "${await token()}"`)).toBe(200);
  });

  it('refuses whatever is no such token, with the published code', async () => {
    await deploy(hs256());
    const good = await token();
    const [head = '', claims = '', signature = ''] = good.split('.');
    expect(await codeOf(null)).toBe(4012002);
    expect(await codeOf('')).toBe(4012002);
    expect((await gateway().call('/a', { headers: { authorization: 'Basic abc' } })).json().header).toMatchObject({
      resultCode: 4012001,
      resultMessage: 'Token type is invalid.',
    });
    expect((await gateway().call('/a', { headers: { authorization: 'Bearer x' } })).json().header).toMatchObject({
      resultCode: 4012001,
      resultMessage: 'Token is invalid.',
    });
    const bad = [
      'Bearer',
      'Bearer ""',
      good,
      `Bearer ${await token({}, 'another secret of thirty-two bytes!')}`,
      `Bearer ${head}.${part({ sub: 'other' })}.${signature}`,
      `Bearer ${head}.${claims}.`,
      `Bearer ${head}.${claims}`,
      `Bearer ${part({ alg: 'none' })}.${claims}.`,
      `Bearer ${part({ alg: 'HS512' })}.${claims}.${signature}`,
      `Bearer ${good} ${good}`,
      `Bearer ${good}, Bearer ${good}`,
      `Bearer ${'a'.repeat(17_000)}`,
      `Bearer ${await token({ note: 'x'.repeat(16_000) })}`,
    ];
    for (const authorization of bad)
      expect([authorization, await codeOf(authorization)]).toEqual([authorization, 4012001]);
    expect(await codeOf([`Bearer ${good}`, 'Bearer x'])).toBe(4012001);
  });

  it('takes no token with critical extensions that it does not know', async () => {
    await deploy(hs256());
    const input = `${part({ alg: 'HS256', crit: ['x'], x: 1 })}.${part({})}`;
    const signature = createHmac('sha256', SECRET).update(input).digest('base64url');
    expect(await codeOf(`Bearer ${input}.${signature}`)).toBe(4012001);
  });

  it('checks exp, nbf and iat, apart by the clock skew at most', async () => {
    await deploy(hs256({}, 60));
    const cases: [JWTPayload, number][] = [
      [{ exp: nowS() + 10, nbf: nowS() - 10, iat: nowS() - 10 }, 200],
      [{ exp: nowS() - 50 }, 200],
      [{ exp: nowS() - 70 }, 4012001],
      [{ nbf: nowS() + 50 }, 200],
      [{ nbf: nowS() + 70 }, 4012001],
      [{ iat: nowS() + 50 }, 200],
      [{ iat: nowS() + 70 }, 4012001],
    ];
    for (const [claims, code] of cases) expect([claims, await bearer(claims)]).toEqual([claims, code]);
    for (const name of ['exp', 'nbf', 'iat']) expect([name, await bearer({ [name]: 'now' })]).toEqual([name, 4012001]);
  });

  it('refuses a token that it has admitted before when its time is not now, or the secret has changed', async () => {
    await deploy(hs256({}, 60));
    const startMs = Date.now();
    const authorization = `Bearer ${await token({ nbf: nowS() - 10, exp: nowS() + 10 })}`;
    const at = async (seconds: number) => {
      setCalendar(startMs + seconds * 1000);
      return codeOf(authorization);
    };
    expect([await at(0), await at(65), await at(75), await at(-75), await at(-65)]).toEqual([
      200, 200, 4012001, 4012001, 200,
    ]);
    jest.useRealTimers();
    await deploy({ ...hs256({}, 60), hs256: { secretKey: `${SECRET}!` } });
    expect(await codeOf(authorization)).toBe(4012001);
    await deploy(hs256({ iss: { required: true } }, 60));
    expect(await codeOf(authorization)).toBe(4012001);
  });

  it('demands the claims that are required, whatever their values', async () => {
    for (const name of ['iss', 'aud', 'sub', 'jti', 'exp', 'iat', 'nbf']) {
      await deploy(hs256({ [name]: { required: true, ...(name === 'aud' ? { value: ['1'] } : {}) } }));
      const value = ['exp', 'iat', 'nbf'].includes(name) ? nowS() + (name === 'exp' ? 60 : -60) : '1';
      expect([name, await bearer()]).toEqual([name, 4012001]);
      expect([name, await bearer({ [name]: null } as JWTPayload)]).toEqual([name, 4012001]);
      expect([name, await bearer({ [name]: value })]).toEqual([name, 200]);
    }
  });

  const conditions: [string, object, JWTPayload, number][] = [
    ['iss, one of the list', { iss: { value: ['a', 'b'], validate: true } }, { iss: 'b' }, 200],
    ['iss, none of the list', { iss: { value: ['a', 'b'], validate: true } }, { iss: 'c' }, 4012001],
    ['iss, absent and not required', { iss: { value: ['a'], validate: true } }, {}, 200],
    ['iss, not validated', { iss: { value: ['a'] } }, { iss: 'c' }, 200],
    ['aud, one of several in the list', { aud: { value: ['a', 'b'] } }, { aud: ['x', 'b'] }, 200],
    ['aud, none of several in the list', { aud: { value: ['a', 'b'] } }, { aud: ['x', 'y'] }, 4012001],
    ['aud, alone and in the list', { aud: { value: ['a', 'b'] } }, { aud: 'a' }, 200],
    ['aud, where none is expected', {}, { aud: 'a' }, 4012001],
    ['sub, equal', { sub: { value: 'me', required: true, validate: true } }, { sub: 'me' }, 200],
    ['sub, other', { sub: { value: 'me', required: true, validate: true } }, { sub: 'you' }, 4012001],
    ['sub, not validated', { sub: { value: 'me', required: true } }, { sub: 'you' }, 200],
  ];

  it.each(conditions)('with %s', async (_what, condition, claims, code) => {
    await deploy(hs256(condition));
    expect(await bearer(claims)).toBe(code);
  });
});

describe('JWT with RS256 and a key in PEM', () => {
  it('admits a token that is signed with the key, and no other', async () => {
    await deploy(rs256);
    expect(await codeOf(`Bearer ${await rsaToken(first.privateKey)}`)).toBe(200);
    expect(await codeOf(`Bearer ${await rsaToken(second.privateKey)}`)).toBe(4012001);
  });

  it('does not take the public key for a secret', async () => {
    await deploy(rs256);
    for (const secret of [pem, pem.trim()]) expect(await codeOf(`Bearer ${await token({}, secret)}`)).toBe(4012001);
  });
});

describe('JWT with RS256 and a JWKS URI', () => {
  const keysOf = async (keys: Record<string, KeyObject>) =>
    Promise.all(
      Object.entries(keys).map(async ([kid, key]) => ({ kid, alg: 'RS256', use: 'sig', ...(await exportJWK(key)) })),
    );
  const answerKeys = async (keys: Record<string, KeyObject>) => {
    const text = JSON.stringify({ keys: await keysOf(keys) });
    answer = (_request, response) => response.end(text);
  };

  beforeEach(() => {
    fetched = 0;
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  /** Moves the clock without touching timers. */
  function elapse(durationMs: number): void {
    const nowMs = Date.now() + durationMs;
    setCalendar(nowMs);
  }

  it('fetches the keys once for all who wait, and keeps them for five minutes', async () => {
    await answerKeys({ one: first.publicKey });
    await deploy(jwksUri());
    const authorization = `Bearer ${await rsaToken(first.privateKey, 'one')}`;
    expect(await Promise.all(Array.from({ length: 50 }, () => codeOf(authorization)))).toEqual(
      Array.from({ length: 50 }, () => 200),
    );
    expect(fetched).toBe(1);
    elapse(4.9 * 60_000);
    expect(await codeOf(authorization)).toBe(200);
    expect(fetched).toBe(1);
    elapse(0.2 * 60_000);
    await answerKeys({ two: second.publicKey });
    expect(await codeOf(authorization)).toBe(4012001);
    expect(fetched).toBe(2);
  });

  it('fetches them again for a key that it does not know, but not within thirty seconds', async () => {
    await answerKeys({ one: first.publicKey });
    await deploy(jwksUri());
    expect(await codeOf(`Bearer ${await rsaToken(first.privateKey, 'one')}`)).toBe(200);
    await answerKeys({ one: first.publicKey, two: second.publicKey });
    const authorization = `Bearer ${await rsaToken(second.privateKey, 'two')}`;
    expect([await codeOf(authorization), fetched]).toEqual([4012001, 1]);
    elapse(31_000);
    expect([await codeOf(authorization), fetched]).toEqual([200, 2]);
    const unknown = `Bearer ${await rsaToken(second.privateKey, 'three')}`;
    expect([await codeOf(unknown), await codeOf(unknown), fetched]).toEqual([4012001, 4012001, 2]);
  });

  it('tries every key for a token that names none', async () => {
    await answerKeys({ one: first.publicKey, two: second.publicKey });
    await deploy(jwksUri());
    expect(await codeOf(`Bearer ${await rsaToken(second.privateKey)}`)).toBe(200);
    const third = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(await codeOf(`Bearer ${await rsaToken(third.privateKey)}`)).toBe(4012001);
  });

  it('answers 5012001 when no key set can be had', async () => {
    const good = `Bearer ${await rsaToken(first.privateKey, 'one')}`;
    await deploy(jwksUri());
    answer = (_request, response) => response.writeHead(404).end('{"keys":[]}');
    expect(await codeOf(good)).toBe(5012001);
    answer = (_request, response) => response.writeHead(302, { location: '/keys' }).end();
    expect(await codeOf(good)).toBe(5012001);
    answer = (_request, response) => response.end(`{"keys":[],"x":"${'x'.repeat(2_000_000)}"}`);
    expect(await codeOf(good)).toBe(5012001);
    await deploy(jwksUri(`http://127.0.0.1:${await unusedPort()}`));
    expect(await codeOf(good)).toBe(5012001);
  });

  it('answers 5012002 when what it gets is no key set, and takes the next one that is', async () => {
    await deploy(jwksUri());
    const good = `Bearer ${await rsaToken(first.privateKey, 'one')}`;
    for (const text of [
      '',
      '<html>',
      '[]',
      '{}',
      '{"keys":1}',
      '{"keys":[1]}',
      '{"keys":[{"kty":"RSA","kid":"one","n":"AQ","e":"AQAB"}]}',
    ]) {
      answer = (_request, response) => response.end(text);
      expect([text, await codeOf(good)]).toEqual([text, 5012002]);
      await deploy(jwksUri());
    }
    await answerKeys({ one: first.publicKey });
    expect(await codeOf(good)).toBe(200);
  });

  it('gives a key server no more time than a backend, and calls no denied address', async () => {
    await answerKeys({ one: first.publicKey });
    const good = `Bearer ${await rsaToken(first.privateKey, 'one')}`;
    const impatient = await startTestGateway({ upstreamTimeoutMs: 100 });
    const guarded = await startTestGateway({ deniedUpstreams: addressSet(['127.0.0.0/8']) as AddressSet });
    try {
      await deploy(jwksUri(), guarded);
      expect([await codeOf(good, guarded), fetched]).toEqual([5012001, 0]);
      answer = () => undefined;
      await deploy(jwksUri(), impatient);
      expect([await codeOf(good, impatient), fetched]).toEqual([5012001, 1]);
    } finally {
      await Promise.all([impatient.close(), guarded.close()]);
    }
  });
});
