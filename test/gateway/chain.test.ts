import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CompilerInput, CompilerPlugin, CompilerResource } from '../../src/compiler/index.js';
import { compile } from '../compiler/compile-at-once.js';
import type { SnapshotPlugin } from '../../src/contract/snapshot.js';
import { type GatewayFailureKey, gatewayFailures } from '../../src/errors/index.js';
import { unusedPort } from './support/backend.js';
import { mockRoute, pathOf, pluginOf } from './support/snapshots.js';
import { useGateway } from './support/suite.js';

const METHODS = ['GET', 'POST'] as const;
type Method = (typeof METHODS)[number];

/** Stage plugins that may stand on every path and method, told apart by a number. */
const KINDS: Readonly<Record<string, (mark: number) => CompilerPlugin>> = {
  PRE_API: (mark) => ({
    pluginType: 'PRE_API',
    config: { httpMethod: 'GET', url: `http://127.0.0.1/${mark}`, cacheTtl: mark },
  }),
  RATE_LIMIT: (mark) => ({
    pluginType: 'RATE_LIMIT',
    config: { keyType: 'DEFAULT', extraKeyValue: null, requestPerSec: mark },
  }),
  API_KEY: () => ({ pluginType: 'API_KEY', config: { isActive: true } }),
};

interface Place {
  readonly path: string;
  readonly methodType: Method | null;
}

/** Trees of paths with methods, and settings at random places of them. */
const stageArbitrary = fc
  .record({
    segments: fc.array(fc.array(fc.constantFrom('a', 'b', '{x}'), { maxLength: 4 }), { minLength: 1, maxLength: 6 }),
    methods: fc.array(fc.constantFrom(...METHODS), { minLength: 12, maxLength: 12 }),
    marks: fc.array(fc.option(fc.integer({ min: 1, max: 999 }), { freq: 2 }), { minLength: 200, maxLength: 200 }),
  })
  .map(({ segments, methods, marks }) => {
    const paths = new Set(['/']);
    for (const parts of segments) {
      // A variable has another name on every level, as a path must not have one twice.
      const named = parts.map((part, level) => part.replace('x', `x${level}`));
      for (let end = 1; end <= named.length; end += 1) paths.add(`/${named.slice(0, end).join('/')}`);
    }
    const places = [...paths].flatMap((path, at): Place[] => [
      { path, methodType: null },
      ...[...new Set([methods[at % 12], methods[(at + 5) % 12]])].map((methodType) => ({
        path,
        methodType: methodType ?? null,
      })),
    ]);
    let next = 0;
    const mark = () => marks[(next += 1) % marks.length] ?? null;
    return places.map((place) => ({
      ...place,
      plugins: Object.entries(KINDS).flatMap(([, build]) => {
        const number = mark();
        return number === null ? [] : [build(number)];
      }),
      override: place.path === '/' && place.methodType === null ? null : mark(),
    }));
  });
type Placed = Place & { readonly plugins: readonly CompilerPlugin[]; readonly override: number | null };

function inputOf(places: readonly Placed[]): CompilerInput {
  const resources = places.map(({ path, methodType, plugins, override }): CompilerResource => {
    const http = { pluginType: 'HTTP', config: { frontendEndpointPath: path, backendEndpointPath: '/x' } };
    return {
      path,
      methodType,
      madeByCors: false,
      customBackendEndpointUrl: override === null ? null : `http://override${override}`,
      plugins: methodType === null ? plugins : [http, ...plugins],
    };
  });
  return {
    stageId: 's',
    serviceId: 'v',
    regionCode: 'KR1',
    stageName: null,
    backendEndpointUrl: 'http://stage',
    resources,
    gatewayResponses: [],
    accessLog: false,
    methods: [],
    models: [],
  };
}

/** The setting nearest to a method: its own, else that of the longest path above that has one. */
function nearest<Value>(places: readonly Placed[], target: Place, read: (place: Placed) => Value | undefined) {
  const isAbove = ({ path }: Place) => path === target.path || path === '/' || target.path.startsWith(`${path}/`);
  const own = places.find((one) => one.path === target.path && one.methodType === target.methodType);
  const above = places.filter((one) => one.methodType === null && isAbove(one));
  const ordered = [own, ...above.toSorted((a, b) => depthOf(b.path) - depthOf(a.path))];
  return ordered.flatMap((place) => (place ? [read(place)] : [])).find((value) => value !== undefined);
}
const depthOf = (path: string) => (path === '/' ? 0 : path.split('/').length);

describe('the settings of a route', () => {
  it('are of every type the nearest one, and so is its backend, as a naive search finds them', () => {
    fc.assert(
      fc.property(stageArbitrary, (places) => {
        const routes = compile(inputOf(places)).paths.flatMap(({ path, routes: all }) =>
          all.map((route) => ({ path, route })),
        );
        expect(routes).toHaveLength(places.filter(({ methodType }) => methodType !== null).length);
        for (const { path, route } of routes) {
          const target = { path, methodType: route.method as Method };
          const expected = Object.keys(KINDS).flatMap(
            (type) => nearest(places, target, ({ plugins }) => plugins.find((one) => one.pluginType === type)) ?? [],
          );
          const actual = route.plugins.map(({ type, config }) => ({ pluginType: type, config }));
          expect(actual.toSorted(byType)).toEqual(expected.toSorted(byType));
          const override = nearest(places, target, (one) => one.override ?? undefined);
          const baseUrl = override === undefined ? 'http://stage' : `http://override${override}`;
          expect(route.backend).toMatchObject({ type: 'HTTP', baseUrl });
        }
      }),
      { numRuns: 500 },
    );
  });
});
const byType = (a: CompilerPlugin, b: CompilerPlugin) => (a.pluginType < b.pluginType ? -1 : 1);

describe('the checks of a route', () => {
  const gateway = useGateway();
  /** In the order of a request, each with a setting that refuses every request, and what it refuses with. */
  let checks: (readonly [SnapshotPlugin, GatewayFailureKey])[];

  beforeAll(async () => {
    const url = `http://127.0.0.1:${await unusedPort()}/`;
    checks = [
      [pluginOf('IP_ACL', { isPermit: true, ipAclList: [{ ipCidrAddress: '10.0.0.0/8' }] }), 'IpNotAllowed'],
      [pluginOf('HMAC', { secretKey: 'secret' }), 'HmacAuthorizationEmpty'],
      [pluginOf('JWT', { encryptAlgorithm: 'HS256', hs256: { secretKey: 's' } }), 'JwtAuthorizationEmpty'],
      [pluginOf('API_KEY', { isActive: true }), 'ApiKeyEmpty'],
      [pluginOf('REQUEST_VALIDATOR', { isActive: true }), 'RequestInvalid'],
      [pluginOf('PRE_API', { httpMethod: 'GET', url, cacheTtl: 0 }), 'PreApiUnreachable'],
    ];
    const paths = Array.from({ length: 2 ** checks.length }, (_, mask) => {
      // In the snapshot they stand in no order.
      const plugins = chosen(mask)
        .map(([plugin]) => plugin)
        .toReversed();
      const queryStrings = ['q'];
      const validation = {
        queryStrings,
        headers: [],
        formFields: [],
        contentTypes: [],
        hasBody: false,
        bodySchema: null,
      };
      const isValidated = plugins.some(({ type }) => type === 'REQUEST_VALIDATOR');
      const route = mockRoute('GET', 'let in', { plugins });
      return pathOf(`/${mask}`, [isValidated ? { ...route, validation } : route]);
    });
    await gateway().deploy(paths);
  });
  const chosen = (mask: number) => checks.filter((_check, at) => (mask & (1 << at)) !== 0);

  it('refuse in their order, whichever of them there are', async () => {
    for (let mask = 0; mask < 2 ** checks.length; mask += 1) {
      const answer = await gateway().call(`/${mask}`);
      const [first] = chosen(mask);
      const expected = first ? `"resultCode":${gatewayFailures[first[1]].code}` : 'let in';
      expect([mask, answer.text]).toEqual([mask, expect.stringContaining(expected)]);
    }
  });
});
