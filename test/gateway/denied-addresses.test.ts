import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AddressSet, addressSet } from '../../src/kernel/addresses.js';
import { isDenied } from '../../src/gateway/upstream/denied-address.js';
import { httpRoute, pathOf, pluginOf } from './support/snapshots.js';
import { useBackend, useGateway } from './support/suite.js';

const denied = addressSet(['127.0.0.0/8', '::1', '169.254.0.0/16']) as AddressSet;
/** It may call what redirects, and not where that leads to. */
const oneAllowed = addressSet(['127.0.0.2/31', '127.0.0.4/30', '::1', '169.254.0.0/16']) as AddressSet;
const open = useGateway();
const guarded = useGateway({ deniedUpstreams: denied });
const careful = useGateway({ deniedUpstreams: oneAllowed });

let reached = 0;
/** What must not be reached: it listens on every address of this machine. */
const secret: Server = createServer((_request, response) => {
  reached += 1;
  response.end('secret');
});
beforeAll(() => once(secret.listen(0, '::'), 'listening'));
afterAll(() => {
  secret.close();
});
const port = () => (secret.address() as AddressInfo).port;

const redirecting = useBackend((request, response) => {
  const status = Number(request.url?.slice(1) ?? 302);
  response.writeHead(status, { Location: `http://127.0.0.2:${port()}/` }).end();
});

const tricks = [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '017700000001',
  '127.0.0.1.',
  '１２７.0.0.1',
  '0.0.0.0',
  '0',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:0.0.0.0]',
  'localhost',
  'LOCALHOST.',
  'stage.localhost',
];

describe('a backend at a denied address', () => {
  it.each(tricks)('is not reached, however it is written: %s', async (host) => {
    await guarded().deploy([pathOf('/', [httpRoute('GET', `http://${host}:${port()}`, '/')])]);
    const before = reached;
    const answer = await guarded().call('/');
    expect([answer.status, reached]).toEqual([503, before]);
  });

  it('would be reached by most of these ways', async () => {
    for (const host of ['127.1', '0x7f.0.0.1', '[::ffff:7f00:1]', 'localhost']) {
      await open().deploy([pathOf('/', [httpRoute('GET', `http://${host}:${port()}`, '/')])]);
      expect((await open().call('/')).text).toBe('secret');
    }
  });

  it('is not reached by a URL with a user in front of it: the snapshot is refused', async () => {
    const before = reached;
    await guarded().deploy([pathOf('/', [httpRoute('GET', `http://example.com@127.0.0.1:${port()}`, '/')])]);
    expect(guarded().controlPlane.receipts.at(-1)?.refusal).toMatch(/credentials/);
    expect(reached).toBe(before);
  });

  it.each([301, 302, 303, 307, 308])('is not reached by a redirect: %i goes to the client as it is', async (status) => {
    await careful().deploy([pathOf('/', [httpRoute('GET', redirecting().url, `/${status}`)])]);
    const before = reached;
    const answer = await careful().call('/');
    expect([answer.status, answer.headers['location'], reached]).toEqual([
      status,
      `http://127.0.0.2:${port()}/`,
      before,
    ]);
  });
});

describe('what a gateway calls by itself', () => {
  const preApi = (url: string) => pluginOf('PRE_API', { httpMethod: 'GET', url, cacheTtl: 0 });
  const route = (url: string) => httpRoute('GET', 'http://127.0.0.1:1', '/', [preApi(url)]);

  it.each(['0.0.0.0', '[::]', '[::ffff:127.0.0.1]', '2130706433', 'localhost'])(
    'is not at a denied address, however it is written: %s',
    async (host) => {
      await guarded().deploy([pathOf('/', [route(`http://${host}:${port()}/`)])]);
      const before = reached;
      const answer = await guarded().call('/');
      expect([answer.status >= 500, reached]).toEqual([true, before]);
    },
  );

  it('is not found by a redirect: a PRE_API that redirects has refused the request', async () => {
    await careful().deploy([pathOf('/', [route(`${redirecting().url}/302`)])]);
    const before = reached;
    expect([(await careful().call('/')).status, reached]).toEqual([302, before]);
  });

  it('is not found by a redirect: a key server that redirects has no keys', async () => {
    const config = {
      encryptAlgorithm: 'RS256',
      rs256: { publicKeyType: 'JWKS_URI', rsaPublicKey: `${redirecting().url}/302` },
      clockSkew: 0,
      claimValidationCondition: {},
    };
    await careful().deploy([pathOf('/', [httpRoute('GET', 'http://127.0.0.1:1', '/', [pluginOf('JWT', config)])])]);
    const head = Buffer.from('{"alg":"RS256","kid":"a"}').toString('base64url');
    const authorization = `Bearer ${head}.${Buffer.from('{}').toString('base64url')}.AAAA`;
    const before = reached;
    const answer = await careful().call('/', { headers: { authorization } });
    expect([answer.json().header.resultCode, reached]).toEqual([5012001, before]);
  });
});

describe('an address', () => {
  it.each([
    ['169.254.169.254', true],
    ['::ffff:169.254.169.254', true],
    ['64:ff9b::a9fe:a9fe', true],
    ['64:ff9b::808:808', false],
    ['0.0.0.0', true],
    ['::', true],
    ['8.8.8.8', false],
    ['2001:db8::1', false],
  ])('%s is denied: %s', (address, expected) => {
    expect(isDenied(address, denied)).toBe(expected);
  });
});
