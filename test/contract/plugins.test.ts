import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkSettings } from '../../src/contract/plugins/check.js';
import { resourcePlugins, stagePlugins } from '../../src/contract/plugins/index.js';
import { mapSecrets } from '../../src/contract/plugins/secrets.js';
import { errorCatalog } from '../../src/errors/index.js';

const plugins = { ...resourcePlugins, ...stagePlugins };
type Type = keyof typeof plugins;

function check(type: Type, config: unknown, path = '/a/{b}') {
  return checkSettings(plugins[type], config, path, 'RESOURCE_PLUGIN_INVALID');
}

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

const shortPem = generateKeyPairSync('rsa', { modulusLength: 1024 })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString();

const good: [Type, object][] = [
  ['HTTP', { frontendEndpointPath: '/a/{b}', backendEndpointPath: '/x/${request.path.b}' }],
  ['MOCK', { statusCode: 200 }],
  ['MOCK', { statusCode: '404', headers: { 'X-A': '${request.host}' }, body: 'gone' }],
  ['CORS', { allowedMethods: ['GET'], allowedHeaders: ['*'], allowedOrigins: ['*'], allowCredentials: false }],
  ['SET_REQUEST_HEADER', { headers: { 'X-A': '$!{request.header.X-B}' } }],
  ['REMOVE_RESPONSE_HEADER', { headers: ['Server'] }],
  ['ADD_REQUEST_QUERY_PARAMETER', { parameters: { a: '${request.clientIp}' } }],
  ['IP_ACL', { isPermit: true, ipAclList: [{ ipCidrAddress: '10.0.0.1/24' }, { ipCidrAddress: '2001:db8::/32' }] }],
  ['HMAC', { secretKey: 's' }],
  ['JWT', { encryptAlgorithm: 'HS256', hs256: { secretKey: 's' } }],
  ['JWT', { encryptAlgorithm: 'RS256', rs256: { publicKeyType: 'RSA_PUBLIC_KEY', rsaPublicKey: pem } }],
  ['JWT', { encryptAlgorithm: 'RS256', rs256: { publicKeyType: 'JWKS_URI', rsaPublicKey: 'http://idp:8080/keys' } }],
  ['PRE_API', { httpMethod: 'GET', url: 'https://auth.example.com/check' }],
  ['RATE_LIMIT', { keyType: 'PATH_VARIABLE', extraKeyValue: '${request.path.b}', requestPerSec: 5 }],
  ['API_KEY', { isActive: true }],
  ['REQUEST_VALIDATOR', { isActive: true }],
];

const bad: [Type, object, keyof typeof errorCatalog, string][] = [
  ['HTTP', { frontendEndpointPath: '/a' }, 'RESOURCE_PLUGIN_INVALID', 'backendEndpointPath'],
  ['HTTP', { frontendEndpointPath: '/a', backendEndpointPath: 'x' }, 'RESOURCE_PLUGIN_INVALID', 'backendEndpointPath'],
  [
    'HTTP',
    { frontendEndpointPath: '/', backendEndpointPath: '/${request.path.c}' },
    'PATH_VARIABLE_UNDECLARED',
    'backendEndpointPath',
  ],
  [
    'HTTP',
    { frontendEndpointPath: '/', backendEndpointPath: '/${what}' },
    'CONTEXT_VARIABLE_INVALID',
    'backendEndpointPath',
  ],
  ['MOCK', { statusCode: 600 }, 'RESOURCE_PLUGIN_INVALID', 'statusCode'],
  ['MOCK', { statusCode: 200, headers: { 'X A': '1' } }, 'INVALID_HEADER_NAME', 'headers.X A'],
  ['MOCK', { statusCode: 200, headers: { 'X-A': 'a\r\nX-B: 1' } }, 'RESOURCE_PLUGIN_INVALID', 'headers.X-A'],
  [
    'MOCK',
    { statusCode: 200, headers: { 'Content-Length': '5' } },
    'RESOURCE_PLUGIN_INVALID',
    'headers.Content-Length',
  ],
  [
    'CORS',
    { allowedMethods: ['GET'], allowedHeaders: ['a b'], allowedOrigins: ['*'], allowCredentials: false },
    'INVALID_HEADER_NAME',
    'allowedHeaders.0',
  ],
  [
    'CORS',
    { allowedMethods: ['GET'], allowedHeaders: ['*'], allowedOrigins: ['*'], allowCredentials: true },
    'RESOURCE_PLUGIN_INVALID',
    'allowedOrigins',
  ],
  [
    'CORS',
    { allowedMethods: ['GET'], allowedHeaders: ['*'], allowedOrigins: ['http://a/b'], allowCredentials: false },
    'RESOURCE_PLUGIN_INVALID',
    'allowedOrigins.0',
  ],
  ['REMOVE_REQUEST_HEADER', { headers: [] }, 'RESOURCE_PLUGIN_INVALID', 'headers'],
  [
    'IP_ACL',
    { isPermit: true, ipAclList: [{ ipCidrAddress: '10.0.0.1/33' }] },
    'RESOURCE_PLUGIN_INVALID',
    'ipAclList.0.ipCidrAddress',
  ],
  ['JWT', { encryptAlgorithm: 'none' }, 'RESOURCE_PLUGIN_INVALID', 'encryptAlgorithm'],
  ['PRE_API', { httpMethod: 'GET', url: 'file:///etc/passwd' }, 'RESOURCE_PLUGIN_INVALID', 'url'],
  ['PRE_API', { httpMethod: 'GET', url: 'https://me:secret@auth.example.com' }, 'RESOURCE_PLUGIN_INVALID', 'url'],
  [
    'JWT',
    { encryptAlgorithm: 'RS256', rs256: { publicKeyType: 'RSA_PUBLIC_KEY', rsaPublicKey: shortPem } },
    'RESOURCE_PLUGIN_INVALID',
    'rs256.rsaPublicKey',
  ],
  [
    'JWT',
    { encryptAlgorithm: 'RS256', rs256: { publicKeyType: 'JWKS_URI', rsaPublicKey: 'http://a:b@idp/keys' } },
    'RESOURCE_PLUGIN_INVALID',
    'rs256.rsaPublicKey',
  ],
  ['RATE_LIMIT', { keyType: 'HEADER', requestPerSec: 5 }, 'INVALID_HEADER_NAME', 'extraKeyValue'],
  [
    'RATE_LIMIT',
    { keyType: 'PATH_VARIABLE', extraKeyValue: 'b', requestPerSec: 5 },
    'RESOURCE_PLUGIN_INVALID',
    'extraKeyValue',
  ],
  ['RATE_LIMIT', { keyType: 'DEFAULT', requestPerSec: 0 }, 'RESOURCE_PLUGIN_INVALID', 'requestPerSec'],
  ['API_KEY', { isActive: false }, 'RESOURCE_PLUGIN_INVALID', 'isActive'],
];

describe('plugin settings', () => {
  it.each(good)('%s accepts %j', (type, config) => {
    expect(check(type, config).faults).toEqual([]);
  });

  it.each(bad)('%s refuses %j with %s at %s', (type, config, key, field) => {
    expect(check(type, config).faults).toContainEqual(expect.objectContaining({ key, field }));
  });

  it('read to the same when they are read again, defaults filled in', () => {
    for (const [type, config] of good) {
      const { settings } = check(type, config);
      expect(check(type, settings).settings).toEqual(settings);
    }
  });

  it('never throw, whatever a client sends', () => {
    const types = fc.constantFrom(...(Object.keys(plugins) as Type[]));
    fc.assert(
      fc.property(types, fc.jsonValue(), (type, config) => {
        const { settings, faults } = check(type, config);
        expect(settings === null).toBe(faults.length > 0);
      }),
    );
  });

  it('show each secret to be sealed, and nothing else', () => {
    const seal = (secret: string) => `<${secret}>`;
    expect(mapSecrets('HMAC', { secretKey: 's', clockSkewSeconds: 1 }, seal)).toEqual({
      secretKey: '<s>',
      clockSkewSeconds: 1,
    });
    expect(mapSecrets('JWT', { hs256: { secretKey: 's' } }, seal)).toEqual({ hs256: { secretKey: '<s>' } });
    expect(mapSecrets('JWT', { rs256: { rsaPublicKey: 'p' } }, seal)).toEqual({ rs256: { rsaPublicKey: 'p' } });
    expect(mapSecrets('API_KEY', { isActive: true }, seal)).toEqual({ isActive: true });
  });
});
