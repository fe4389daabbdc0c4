import { describe, expect, it } from '@jest/globals';
import type { Change } from '../../src/modules/deployments/diff/compare.js';
import { MAX_LISTED, planContent, type PlanSource } from '../../src/modules/deployments/plans/plan-content.rules.js';
import type { RouteChange, RoutePlace } from '../../src/modules/deployments/plans/route-changes.rules.js';
import { MAX_SHOWN_LENGTH } from '../../src/modules/deployments/plans/shown-change.rules.js';
import { trafficOf } from '../../src/modules/deployments/plans/traffic.rules.js';

const get = (path: string): RoutePlace => ({ path, methodType: 'GET' });
const gone = (path: string, replacedByPath: string | null = null) => ({ ...get(path), replacedByPath });
const root = { path: '/', methodType: null };
const newJwt: RouteChange = {
  setting: 'PLUGIN',
  pluginType: 'JWT',
  changeType: 'ADDED',
  originBefore: null,
  originAfter: root,
};
const newBackend: RouteChange = {
  setting: 'BACKEND',
  pluginType: null,
  changeType: 'CHANGED',
  originBefore: null,
  originAfter: null,
};
const calls = (path: string, callCount: number, keyCount = 0) => ({
  path,
  method: 'GET',
  callCount,
  failureCount: 0,
  keyCount,
});
const changeOf = (item: string, more: Partial<Change> = {}): Change => ({
  path: null,
  methodType: null,
  item,
  changeType: 'CHANGED',
  before: 'a',
  after: 'b',
  ...more,
});

/** A plan of a deployment that changes something. */
function plan(
  routes: Partial<PlanSource['routes']>,
  carried: readonly ReturnType<typeof calls>[] = [],
  changes: readonly Change[] = [],
) {
  const none = { added: [], removed: [], changed: [], unchangedCount: 0 };
  return planContent({ isChanged: true, routes: { ...none, ...routes }, changes, trafficOf: trafficOf(carried) });
}

describe('a plan', () => {
  it('has the routes with the most calls first, and says in sentences what they carried', () => {
    const routes = {
      removed: [gone('/unused'), gone('/little'), gone('/much')],
      changed: [{ ...get('/other'), changes: [newBackend, newJwt] }],
      added: [get('/new')],
      unchangedCount: 4,
    };
    const carried = [calls('/much', 12_000, 3), calls('/little', 1, 1), calls('/other', 40_000, 0)];
    const { removedRoutes, totals, summary } = plan(routes, carried);
    expect(removedRoutes.map(({ path, callCount }) => [path, callCount])).toEqual([
      ['/much', 12_000],
      ['/little', 1],
      ['/unused', 0],
    ]);
    expect(totals).toEqual({
      addedRouteCount: 1,
      removedRouteCount: 3,
      changedRouteCount: 1,
      unchangedRouteCount: 4,
      settingChangeCount: 0,
      documentationChangeCount: 0,
      removedCallCount: 12_001,
      changedCallCount: 40_000,
    });
    expect(summary).toEqual([
      'removes GET /much: 12000 calls, 3 keys in the last 7 days',
      'removes GET /little: 1 call, 1 key in the last 7 days',
      'changes GET /other (changes the backend; adds JWT of /): 40000 calls in the last 7 days',
      'removes 1 route without calls in the last 7 days',
      'adds 1 route',
    ]);
  });

  it('says once, by its origin, what changes many routes', () => {
    const changed = ['/a', '/b', '/c'].map((path) => ({ ...get(path), changes: [newJwt] }));
    const jwt = changeOf('plugin:JWT', { path: '/', changeType: 'ADDED', before: null });
    const elsewhere = changeOf('plugin:JWT', { path: '/d', changeType: 'REMOVED' });
    const mock = changeOf('plugin:MOCK', { path: '/a', methodType: 'GET' });
    const told = plan({ changed }, [calls('/a', 5), calls('/b', 7)], [jwt, elsewhere, mock, changeOf('isAccessLogOn')]);
    expect(told.summary.slice(0, 1)).toEqual(['adds JWT of / for 2 routes: 12 calls in the last 7 days']);
    expect(told.settingChanges.map(({ item, routeCount, callCount }) => [item, routeCount, callCount])).toEqual([
      ['plugin:JWT', 3, 12],
      ['plugin:JWT', 0, 0],
      ['plugin:MOCK', null, null],
      ['isAccessLogOn', null, null],
    ]);
  });

  it('tells what readers see from what gateways act on', () => {
    const items = ['methodName', 'methodDescription', 'parameters', 'responses', 'model:Pet'];
    const changes = [changeOf('backendEndpointUrl'), ...items.map((item) => changeOf(item)), changeOf('madeByCors')];
    const { documentationChanges, settingChanges, summary } = plan({}, [], changes);
    expect(documentationChanges.map(({ item }) => item)).toEqual(items);
    expect(settingChanges.map(({ item }) => item)).toEqual(['backendEndpointUrl', 'madeByCors']);
    expect(summary).toEqual([
      'changes backendEndpointUrl of the stage',
      'changes madeByCors of the stage',
      'changes the API document in 5 places',
    ]);
  });

  it('says that a route is replaced when another takes its requests, and counts no lost calls', () => {
    const routes = { removed: [gone('/a/{x}', '/a/{y}')], added: [get('/a/{y}'), get('/b')] };
    const { totals, summary } = plan(routes, [calls('/a/{x}', 9, 1)]);
    expect(totals).toMatchObject({ removedRouteCount: 1, removedCallCount: 0, addedRouteCount: 2 });
    expect(summary).toEqual(['replaces GET /a/{x} by /a/{y}: 9 calls, 1 key in the last 7 days', 'adds 1 route']);
  });

  it('is bounded, and its totals and sentences count what it leaves out', () => {
    const many = Array.from({ length: MAX_LISTED + 5 }, (_unused, index) => get(`/${index}`));
    const carried = many.map(({ path }) => calls(path, 2));
    const changes = many.map(({ path }) => changeOf('customBackendEndpointUrl', { path }));
    const documentation = many.map(({ path }) => changeOf('parameters', { path }));
    const changed = many.map((route) => ({ ...route, changes: [newBackend] }));
    const removed = many.map(({ path }) => gone(path));
    const told = plan({ added: many, removed, changed }, carried, [...changes, ...documentation]);
    const { addedRoutes, removedRoutes, changedRoutes, settingChanges, documentationChanges, totals, summary } = told;
    const lists = [addedRoutes, removedRoutes, changedRoutes, settingChanges, documentationChanges];
    expect(lists.map((list) => list.length)).toEqual(lists.map(() => MAX_LISTED));
    const { removedCallCount, changedCallCount, unchangedRouteCount, ...counts } = totals;
    expect([removedCallCount, changedCallCount, unchangedRouteCount]).toEqual([2010, 2010, 0]);
    expect(new Set(Object.values(counts))).toEqual(new Set([MAX_LISTED + 5]));
    expect(summary).toContain('removes 995 more: 1990 calls in the last 7 days');
    expect(summary).toContain('changes the backend for 1005 routes: 2010 calls in the last 7 days');
    expect(summary.length).toBeLessThan(30);
  });

  it('leaves out what is too long, and headers that let somebody in', () => {
    const headers = { Authorization: 'Bearer hush', 'X-Tenant': 'a' };
    const kept = { headers: { Authorization: '(secret)', 'X-Tenant': 'a' } };
    const { settingChanges } = plan(
      {},
      [],
      [
        changeOf('plugin:MOCK', { path: '/a', before: 'x'.repeat(MAX_SHOWN_LENGTH), after: 'short' }),
        changeOf('plugin:SET_REQUEST_HEADER', { path: '/a', before: null, after: { headers } }),
        changeOf('RESOURCE', { path: '/b', before: null, after: { 'plugin:SET_REQUEST_HEADER': { headers } } }),
      ],
    );
    expect(settingChanges).toMatchObject([
      { before: null, after: 'short', isCut: true },
      { before: null, after: kept, isCut: false },
      { before: null, after: { 'plugin:SET_REQUEST_HEADER': kept }, isCut: false },
    ]);
  });

  it('says in a sentence also when no route is concerned', () => {
    const source = { routes: compareNothing, changes: [], trafficOf: trafficOf([]) };
    expect(planContent({ ...source, isChanged: false }).summary).toEqual(['changes nothing']);
    expect(planContent({ ...source, isChanged: true }).summary).toEqual(['writes the same routes in another form']);
    const path = changeOf('RESOURCE', { path: '/a', changeType: 'ADDED', before: null, after: {} });
    expect(plan({}, [], [path]).summary).toEqual(['changes 1 setting that no route goes by']);
    expect(plan({ changed: [{ ...get('/a'), changes: [newJwt] }] }).summary).toEqual([
      'changes 1 route without calls in the last 7 days',
    ]);
  });
});

const compareNothing = { added: [], removed: [], changed: [], unchangedCount: 1 };
