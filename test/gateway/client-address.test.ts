import { beforeAll, describe, expect, it } from '@jest/globals';
import { useBackend, useGateway } from './support/suite.js';
import { httpRoute, pathOf, pluginOf } from './support/snapshots.js';
import { readSettings } from '../../src/gateway/index.js';

const { trustedProxies } = readSettings({
  GATEWAY_TOKEN: 'x'.repeat(16),
  TRUSTED_PROXIES: '127.0.0.1, 10.0.0.9/8,2001:db8::/32',
});
const gateway = useGateway({ trustedProxies });
const backend = useBackend();

beforeAll(async () => {
  const plugin = pluginOf('SET_REQUEST_HEADER', {
    headers: { 'X-Ip': '${request.clientIp}', 'X-Scheme': '${request.scheme}', 'X-Uri': '${request.uri}' },
  });
  await gateway().deploy([pathOf('/', [httpRoute('GET', backend().url, '/', [plugin])])]);
});

describe('the client address behind trusted proxies', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['6.6.6.6, 1.2.3.4', '1.2.3.4'],
    ['1.2.3.4, 10.1.1.1, 10.2.2.2', '1.2.3.4'],
    ['10.1.1.1,10.2.2.2', '10.1.1.1'],
    ['unknown, 1.2.3.4', '1.2.3.4'],
    ['1.2.3.4:5678', '1.2.3.4'],
    ['2a00::1', '2a00::1'],
    ['[2a00::1]:443, 2001:db8::5', '2a00::1'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
  ])('of X-Forwarded-For "%s" is %s', async (forwarded, expected) => {
    await gateway().call('/', { headers: { 'x-forwarded-for': forwarded } });
    expect(backend().received[0]?.headers).toMatchObject({
      'x-ip': expected,
      'x-forwarded-for': `${forwarded}, 127.0.0.1`,
    });
  });

  it('is the proxy itself without X-Forwarded-For', async () => {
    await gateway().call('/');
    expect(backend().received[0]?.headers['x-ip']).toBe('127.0.0.1');
  });

  it.each(['unknown', '1.2.3.4, nonsense', '1.2.3', '1.2.3.4, ', '300.1.1.1'])(
    'that cannot be read is answered with 4000006: "%s"',
    async (forwarded) => {
      const answer = await gateway().call('/', { headers: { 'x-forwarded-for': forwarded } });
      expect(answer.status).toBe(400);
      expect(answer.json().header).toMatchObject({
        resultCode: 4000006,
        resultMessage: 'Client IP is invalid. Check the X-Forwarded-For request header value.',
      });
    },
  );

  it('comes with the scheme and the host that the proxy was asked for', async () => {
    await gateway().call('/', {
      headers: { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'public.example' },
    });
    expect(backend().received[0]?.headers).toMatchObject({
      'x-scheme': 'https',
      'x-uri': 'https://stage1.api.localhost/',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'public.example',
    });
  });
});
