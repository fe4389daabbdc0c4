import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resourcePluginTypes, stagePluginTypes } from '../../src/contract/plugins/index.js';
import { pluginOrder } from '../../src/gateway/chain.js';
import { readSettings, startGateway } from '../../src/gateway/index.js';

const TOKEN = { GATEWAY_TOKEN: 'x'.repeat(16) };

describe('the settings of the gateway', () => {
  it('need a token alone; empty variables count as absent', () => {
    expect(readSettings({ ...TOKEN, GATEWAY_PORT: '' })).toMatchObject({
      port: 8080,
      host: '0.0.0.0',
      controlPlaneUrl: 'http://127.0.0.1:3000',
      regionCode: 'KR1',
      dataDir: '.data',
      upstreamTimeoutMs: 60_000,
    });
  });

  it("keep clouds' metadata and odd ports from being backends", () => {
    const { deniedUpstreams, isUpstreamPortAllowed } = readSettings(TOKEN);
    for (const address of ['169.254.169.254', 'fe80::1', '::ffff:169.254.0.1'])
      expect(deniedUpstreams.has(address)).toBe(true);
    for (const address of ['127.0.0.1', '10.0.0.1', '2001:db8::1']) expect(deniedUpstreams.has(address)).toBe(false);
    expect([80, 443, 10_000, 12_000].every(isUpstreamPortAllowed)).toBe(true);
    expect([22, 8080, 9_999, 12_001].some(isUpstreamPortAllowed)).toBe(false);
  });

  it.each([
    ['GATEWAY_TOKEN', 'short'],
    ['GATEWAY_PORT', 'x'],
    ['GATEWAY_PORT', '70000'],
    ['GATEWAY_ID', '../x'],
    ['GATEWAY_REGION', 'kr 1'],
    ['CONTROL_PLANE_URL', 'ftp://x'],
    ['COUNTER_STORE_URL', 'http://127.0.0.1:6379'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['DENIED_UPSTREAM_CIDRS', 'localhost'],
    ['ALLOWED_UPSTREAM_PORTS', '80-'],
    ['UPSTREAM_TIMEOUT_MS', '0'],
  ])('name a bad variable: %s=%s', (name, value) => {
    expect(() => readSettings({ ...TOKEN, [name]: value })).toThrow(
      new RegExp(`^Bad settings in the environment\\. ${name}: `),
    );
  });

  it('say that the token is missing', () => {
    expect(() => readSettings({})).toThrow('GATEWAY_TOKEN: must be set');
  });
});

describe('a port that is taken', () => {
  it('keeps the gateway from starting, with the reason', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const dataDir = await mkdtemp(join(tmpdir(), 'gateway-test-'));
    const settings = {
      ...readSettings(TOKEN),
      host: '127.0.0.1',
      port,
      gatewayId: 'x',
      dataDir,
    };
    await expect(startGateway(settings, () => undefined)).rejects.toThrow('EADDRINUSE');
    taken.close();
    await rm(dataDir, { recursive: true });
  });
});

describe('the order of the plugins', () => {
  it('is this one', () => {
    expect(pluginOrder.map(({ type }) => type)).toEqual([
      'IP_ACL',
      'HMAC',
      'JWT',
      'API_KEY',
      'RATE_LIMIT',
      'REQUEST_RESTRICTION',
      'REQUEST_VALIDATOR',
      'PRE_API',
      'ADD_REQUEST_QUERY_PARAMETER',
      'SET_REQUEST_HEADER',
      'REMOVE_REQUEST_HEADER',
      'SET_RESPONSE_HEADER',
      'REMOVE_RESPONSE_HEADER',
    ]);
  });

  it('holds every plugin that can be set, but for the backends and CORS: none is accepted and not carried out', () => {
    const others = ['HTTP', 'MOCK', 'CORS'];
    const types = [...resourcePluginTypes, ...stagePluginTypes].filter((type) => !others.includes(type));
    expect(pluginOrder.map(({ type }) => type).toSorted()).toEqual(types.toSorted());
  });
});
