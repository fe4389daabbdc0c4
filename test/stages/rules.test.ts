import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors/index.js';
import { SecretBox } from '../../src/kernel/secret-box.js';
import { keepStageSettings } from '../../src/modules/stages/import.rules.js';
import {
  settingsHash,
  type StageResourceSettings,
  type StageSettings,
} from '../../src/modules/stages/stage-settings.js';
import {
  checkBackendUrl,
  checkStagePlugins,
  preApiHost,
  stageHostName,
} from '../../src/modules/stages/stages.rules.js';

const anyPort = () => true;
const date = '2026-01-01T00:00:00.000Z';

function keyOf(run: () => unknown): string | null {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error.key;
    throw error;
  }
  return null;
}

function resource(more: Partial<StageResourceSettings>): StageResourceSettings {
  return {
    id: 'i',
    path: '/',
    parentPath: null,
    methodType: null,
    methodName: null,
    methodDescription: null,
    madeByCors: false,
    customBackendEndpointUrl: null,
    createdAt: date,
    updatedAt: date,
    plugins: [],
    ...more,
  };
}

function plugin(pluginType: string, config: Record<string, unknown> = {}, id = 'p') {
  return { id, pluginType, config, createdAt: date, updatedAt: date };
}

describe('host names of stages', () => {
  it('are lower case, with the stage name only when there is one', () => {
    const stage = { regionCode: 'KR1', serviceId: 'abc', stageName: null };
    expect(stageHostName(stage, 'api.localhost')).toBe('kr1-abc.api.localhost');
    expect(stageHostName({ ...stage, stageName: 'alpha' }, 'api.localhost')).toBe('kr1-abc-alpha.api.localhost');
  });
});

describe('backend URLs', () => {
  it.each(['http://a', 'https://a.example.com/base/path', 'HTTP://A:10080', 'http://[::1]:8080'])(
    '%s is right',
    (url) => {
      expect(keyOf(() => checkBackendUrl(url, 'backendEndpointUrl', anyPort))).toBeNull();
    },
  );

  it.each([
    '',
    'a.example.com',
    'ftp://a',
    'http://',
    'http://a b',
    'http://user:secret@a',
    'http://a?x=1',
    'http://a#x',
    'http://a:99999',
    'http://a\\b',
    `http://${'a'.repeat(150)}`,
  ])('%s is refused', (url) => {
    expect(keyOf(() => checkBackendUrl(url, 'backendEndpointUrl', anyPort))).toBe('BACKEND_URL_INVALID');
  });

  it('use only allowed ports, the standard one of the scheme included', () => {
    const only443 = (port: number) => port === 443;
    expect(keyOf(() => checkBackendUrl('https://a', 'u', only443))).toBeNull();
    expect(keyOf(() => checkBackendUrl('http://a', 'u', only443))).toBe('BACKEND_URL_INVALID');
    expect(keyOf(() => checkBackendUrl('https://a:8443', 'u', only443))).toBe('BACKEND_URL_INVALID');
  });
});

describe('stage plugins', () => {
  const root = { path: '/', methodType: null };
  const path = { path: '/a', methodType: null };
  const method = { path: '/a', methodType: 'GET' };
  const hmac = { pluginType: 'HMAC', pluginConfigJson: { secretKey: 's' } } as const;
  const jwt = {
    pluginType: 'JWT',
    pluginConfigJson: { encryptAlgorithm: 'HS256', hs256: { secretKey: 's' } },
  } as const;
  const acl = {
    pluginType: 'IP_ACL',
    pluginConfigJson: { isPermit: true, ipAclList: [{ ipCidrAddress: '::1' }] },
  } as const;
  const limit = { pluginType: 'RATE_LIMIT', pluginConfigJson: { keyType: 'IP', requestPerSec: 1 } } as const;

  it.each([
    [path, hmac],
    [method, jwt],
    [path, acl],
    [path, limit],
  ])('on %j refuse %j by its place', (resource, requested) => {
    expect(keyOf(() => checkStagePlugins(resource, [requested]))).toBe('STAGE_PLUGIN_POSITION_INVALID');
  });

  it('refuse HMAC and JWT together', () => {
    expect(keyOf(() => checkStagePlugins(root, [hmac, jwt]))).toBe('STAGE_PLUGIN_POSITION_INVALID');
  });

  it('refuse the same type twice', () => {
    expect(keyOf(() => checkStagePlugins(root, [hmac, hmac]))).toBe('INVALID_INPUT');
  });

  it('accept RATE_LIMIT on the root path and on methods', () => {
    expect(checkStagePlugins(root, [limit])).toHaveLength(1);
    expect(checkStagePlugins(method, [limit])).toHaveLength(1);
  });

  it('know the host that a PRE_API calls', () => {
    const config = { httpMethod: 'GET', url: 'https://Auth.Example.com.:8443/x', cacheTtl: 0 };
    expect(preApiHost([{ pluginType: 'PRE_API', config }])).toMatchObject({ hostName: 'auth.example.com' });
    expect(preApiHost([])).toBeNull();
  });
});

describe('importing resources to a stage', () => {
  const before = [
    resource({ path: '/a', customBackendEndpointUrl: 'http://x', plugins: [plugin('API_KEY'), plugin('CORS')] }),
    resource({ path: '/a', methodType: 'GET', plugins: [plugin('HTTP', { old: true }), plugin('RATE_LIMIT')] }),
    resource({ path: '/gone', plugins: [plugin('API_KEY')] }),
  ];

  it('keeps stage plugins and overrides of what still exists, and nothing of what is gone', () => {
    const after = keepStageSettings(
      [
        resource({ path: '/a' }),
        resource({ path: '/a', methodType: 'GET', plugins: [plugin('HTTP', { new: true })] }),
        resource({ path: '/a', methodType: 'PUT' }),
      ],
      before,
    );
    expect(after.map((one) => [one.customBackendEndpointUrl, one.plugins.map((p) => p.pluginType)])).toEqual([
      ['http://x', ['API_KEY']],
      [null, ['HTTP', 'RATE_LIMIT']],
      [null, []],
    ]);
    expect(after[1]?.plugins[0]?.config).toEqual({ new: true });
  });
});

describe('the hash of stage settings', () => {
  const box = new SecretBox(Buffer.alloc(32, 1));
  const settings = (resources: StageResourceSettings[]): StageSettings => ({
    backendEndpointUrl: 'http://a',
    resourceRevision: 1,
    resourceUpdatedAt: date,
    resources,
    isAccessLogOn: false,
  });
  const sealed = () => plugin('HMAC', { secretKey: box.seal('secret') });

  it('does not see ids, dates, order, or how a secret was sealed', () => {
    const one = settings([resource({ plugins: [sealed(), plugin('API_KEY')] }), resource({ path: '/a' })]);
    const other = {
      ...settings([
        resource({ path: '/a', id: 'other' }),
        resource({ createdAt: '2027-01-01T00:00:00.000Z', plugins: [plugin('API_KEY', {}, 'q'), sealed()] }),
      ]),
      resourceRevision: 7,
    };
    expect(settingsHash(one, box)).toBe(settingsHash(other, box));
  });

  it('sees every setting', () => {
    const hashes = [
      settings([resource({})]),
      { ...settings([resource({})]), backendEndpointUrl: 'http://b' },
      settings([resource({ methodName: 'n' })]),
      settings([resource({ customBackendEndpointUrl: 'http://c' })]),
      settings([resource({ plugins: [plugin('API_KEY')] })]),
      settings([resource({ plugins: [plugin('API_KEY', { isActive: true })] })]),
    ].map((one) => settingsHash(one, box));
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
