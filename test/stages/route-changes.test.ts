import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type {
  RequestValidation,
  Snapshot,
  SnapshotPath,
  SnapshotPlugin,
  SnapshotRoute,
} from '../../src/contract/snapshot.js';
import { canonicalJson } from '../../src/kernel/canonical-json.js';
import { compareRoutes, type RouteDifference } from '../../src/modules/deployments/plans/route-changes.rules.js';
import { httpRoute, mockRoute, pathOf, snapshotOf } from '../gateway/support/snapshots.js';

const PATHS = ['/', '/a', '/a/{x}', '/a-b'];
const METHODS = ['GET', 'POST'] as const;
const cors: SnapshotPath['cors'] = {
  allowedMethods: ['GET'],
  allowedHeaders: ['*'],
  allowedOrigins: ['*'],
  exposedHeaders: [],
  maxCredentialsAge: null,
  allowCredentials: false,
};
const NO_CORS = null;

const origin = fc.record({ path: fc.constantFrom('/', '/a'), method: fc.constant(null) });
const plugin: fc.Arbitrary<SnapshotPlugin> = fc.record({
  type: fc.constantFrom('API_KEY', 'HMAC', 'RATE_LIMIT'),
  config: fc.constantFrom({ isActive: true }, { isActive: false }, { secretKey: 'hush' }),
  origin,
});
const plugins = fc.uniqueArray(plugin, { selector: ({ type }) => type, maxLength: 3 });
const demands: RequestValidation = {
  queryStrings: ['q'],
  headers: [],
  formFields: [],
  contentTypes: [],
  hasBody: false,
  bodySchema: null,
};
const validation = fc.constantFrom<Pick<SnapshotRoute, 'validation'>>({}, { validation: demands });
const backend = fc.constantFrom(httpRoute('GET', 'http://a', '/').backend, mockRoute('GET', 'one').backend);
const routeOf = (method: (typeof METHODS)[number]): fc.Arbitrary<SnapshotRoute> =>
  fc.tuple(backend, plugins, validation).map(([own, list, checks]) => ({
    method,
    backend: own,
    plugins: list,
    ...checks,
  }));
const snapshotPath = (path: string): fc.Arbitrary<SnapshotPath> =>
  fc
    .tuple(fc.subarray([...METHODS]), fc.constantFrom(NO_CORS, cors))
    .chain(([methods, own]) => fc.tuple(...methods.map(routeOf)).map((routes) => pathOf(path, routes, own)));
const snapshot = fc
  .subarray(PATHS, { minLength: 1 })
  .chain((paths) => fc.tuple(...paths.map(snapshotPath)))
  .map((paths) => snapshotOf(paths));
/** Two snapshots that often have much in common. */
const pair = fc
  .tuple(snapshot, snapshot, fc.boolean())
  .map(([one, other, isNear]): [Snapshot, Snapshot] => [
    one,
    isNear ? { ...one, paths: one.paths.with(0, other.paths[0] ?? pathOf('/', [])) } : other,
  ]);

/** What gateways do with the requests of each route, by its name: everything but where CORS alone is set. */
function served({ paths }: Pick<Snapshot, 'paths'>): Map<string, string> {
  return new Map(
    paths.flatMap(({ path, cors: own, routes }) =>
      routes.map(({ plugins: list, ...route }): [string, string] => [
        `${route.method} ${path}`,
        canonicalJson({ ...route, own, plugins: list.toSorted((a, b) => (a.type < b.type ? -1 : 1)) }),
      ]),
    ),
  );
}

const nameOf = ({ path, methodType }: { path: string; methodType: string }) => `${methodType} ${path}`;
const options = { numRuns: 500, seed: 20_261_128 };

function apply(names: ReadonlySet<string>, { added, removed }: RouteDifference): Set<string> {
  const gone = new Set(removed.map(nameOf));
  return new Set([...[...names].filter((name) => !gone.has(name)), ...added.map(nameOf)]);
}

describe('the comparison of what gateways serve', () => {
  it('makes the routes of the new snapshot of those of the old one', () => {
    fc.assert(
      fc.property(pair, ([before, after]) => {
        const difference = compareRoutes(before, after);
        const old = new Set(served(before).keys());
        const now = new Set(served(after).keys());
        expect([...apply(old, difference)].toSorted()).toEqual([...now].toSorted());
        expect(difference.removed.every((route) => old.has(nameOf(route)) && !now.has(nameOf(route)))).toBe(true);
        expect(difference.added.every((route) => now.has(nameOf(route)) && !old.has(nameOf(route)))).toBe(true);
        expect(difference.changed.length + difference.unchangedCount + difference.added.length).toBe(now.size);
      }),
      options,
    );
  });

  it('names a route that stays as changed exactly when its requests meet something else', () => {
    const outcomes = new Set<boolean>();
    fc.assert(
      fc.property(pair, ([before, after]) => {
        const [old, now] = [served(before), served(after)];
        const changed = new Set(compareRoutes(before, after).changed.map(nameOf));
        for (const [name, content] of now) {
          if (!old.has(name)) continue;
          outcomes.add(changed.has(name));
          expect([name, changed.has(name)]).toEqual([name, old.get(name) !== content]);
        }
      }),
      options,
    );
    expect(outcomes).toEqual(new Set([false, true]));
  });

  it('is the other way round the other way round', () => {
    const opposite = { ADDED: 'REMOVED', REMOVED: 'ADDED', CHANGED: 'CHANGED' } as const;
    fc.assert(
      fc.property(pair, ([before, after]) => {
        const { added, removed: gone, changed, unchangedCount } = compareRoutes(after, before);
        const removed = gone.map(({ path, methodType }) => ({ path, methodType }));
        const turned = changed.map((route) => ({
          ...route,
          changes: route.changes.map(({ originBefore, originAfter, changeType, ...change }) => ({
            ...change,
            changeType: opposite[changeType],
            originBefore: originAfter,
            originAfter: originBefore,
          })),
        }));
        const forth = compareRoutes(before, after);
        // No two paths of these differ in the names of variables alone.
        const replaced = added.map((route) => ({ ...route, replacedByPath: null }));
        expect({ added: removed, removed: replaced, changed: turned, unchangedCount }).toEqual(forth);
      }),
      options,
    );
  });

  it('tells no settings, and so no secrets', () => {
    fc.assert(
      fc.property(pair, ([before, after]) => {
        expect(JSON.stringify(compareRoutes(before, after))).not.toContain('hush');
      }),
      options,
    );
  });

  it('tells of every part of a route where it stands', () => {
    const atRoot = { path: '/', method: null };
    const at = (type: string, config: object, place: SnapshotPlugin['origin']): SnapshotPlugin => ({
      type,
      config: { ...config },
      origin: place,
    });
    const before = snapshotOf([
      pathOf('/a', [
        httpRoute('GET', 'http://a', '/a', [
          at('API_KEY', {}, atRoot),
          at('HMAC', { secretKey: 'x' }, atRoot),
          at('RATE_LIMIT', {}, atRoot),
        ]),
      ]),
    ]);
    const ownLimit = at('RATE_LIMIT', {}, { path: '/a', method: 'GET' });
    const route = httpRoute('GET', 'http://b', '/a', [at('HMAC', { secretKey: 'y' }, atRoot), ownLimit]);
    const after = snapshotOf([pathOf('/a', [{ ...route, validation: demands }], cors)]);
    const root = { path: '/', methodType: null };
    const none = { pluginType: null, originBefore: null, originAfter: null };
    const plugin = { setting: 'PLUGIN', originBefore: root } as const;
    expect(compareRoutes(before, after).changed).toEqual([
      {
        path: '/a',
        methodType: 'GET',
        changes: [
          { ...none, setting: 'BACKEND', changeType: 'CHANGED' },
          {
            ...none,
            setting: 'CORS',
            pluginType: 'CORS',
            changeType: 'ADDED',
            originAfter: { path: '/a', methodType: null },
          },
          { ...plugin, pluginType: 'API_KEY', changeType: 'REMOVED', originAfter: null },
          { ...plugin, pluginType: 'HMAC', changeType: 'CHANGED', originAfter: root },
          {
            ...plugin,
            pluginType: 'RATE_LIMIT',
            changeType: 'CHANGED',
            originAfter: { path: '/a', methodType: 'GET' },
          },
          { ...none, setting: 'VALIDATION', changeType: 'ADDED' },
        ],
      },
    ]);
  });

  it('tells which new route takes the requests of one that goes: names of variables do not matter to callers', () => {
    const routes = (...paths: string[]) => snapshotOf(paths.map((path) => pathOf(path, [mockRoute('GET')])));
    const before = routes('/a/{x}/b', '/c/{x}', '/d/{rest+}', '/e/{x}');
    const after = routes('/a/{y}/b', '/c/{x+}', '/d/{all+}', '/e/f');
    expect(compareRoutes(before, after).removed.map(({ path, replacedByPath }) => [path, replacedByPath])).toEqual([
      ['/a/{x}/b', '/a/{y}/b'],
      ['/c/{x}', null],
      ['/d/{rest+}', '/d/{all+}'],
      ['/e/{x}', null],
    ]);
  });

  it('has all routes added when there was nothing', () => {
    const after = snapshotOf([pathOf('/a', [mockRoute('GET'), mockRoute('POST')])]);
    const added = ['GET', 'POST'].map((methodType) => ({ path: '/a', methodType }));
    expect(compareRoutes(null, after)).toEqual({ added, removed: [], changed: [], unchangedCount: 0 });
  });
});
