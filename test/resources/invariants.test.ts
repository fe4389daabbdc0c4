import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parentPathOf, pathPatternOf } from '../../src/contract/paths.js';
import { httpMethods } from '../../src/contract/plugins/index.js';
import { AppError } from '../../src/errors/index.js';
import { canonicalJson } from '../../src/kernel/canonical-json.js';
import { type Changes, changesBetween, isEmpty } from '../../src/modules/resources/rules/changes.js';
import { createMethods, createPaths } from '../../src/modules/resources/rules/create.js';
import { deleteResource } from '../../src/modules/resources/rules/delete.js';
import { modifyMethod, modifyPath } from '../../src/modules/resources/rules/modify.js';
import { isMethod, type ResourceNode, ResourceTree } from '../../src/modules/resources/rules/resource-tree.js';
import { corsPlugin, headerPlugin, mockMethod, treeWith } from './trees.js';

type Step = (tree: ResourceTree) => void;

const path = fc
  .array(fc.constantFrom('a', 'b', '{x}', '{y}', '{x+}'), { minLength: 1, maxLength: 3 })
  .map((names) => `/${names.join('/')}`);
const header = fc.constantFrom('1', '2').map((value) => headerPlugin(value));
const pathPlugins = fc.subarray([corsPlugin, headerPlugin('path')]);
const methods = fc.uniqueArray(fc.constantFrom(...httpMethods), { maxLength: 3 });
const place = fc.nat();

/** One of the tree's resources, by a number. */
function pick(tree: ResourceTree, number: number): ResourceNode {
  const nodes = [...tree.nodes()];
  const node = nodes[number % nodes.length];
  if (!node) throw new Error('the tree is empty');
  return node;
}

const pathChange = fc
  .record({ plugin: fc.oneof(header, fc.constant(corsPlugin)), delete: fc.boolean(), applyChildPath: fc.boolean() })
  .map(({ plugin, ...flags }) => ({ ...plugin, ...flags }));

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(path, pathPlugins, methods).map(([to, pathPluginList, types]): Step => (tree) => {
    createPaths(tree, [{ path: to, pathPluginList, methodList: types.map((type) => mockMethod(type)) }]);
  }),
  fc.tuple(place, methods).map(([number, types]): Step => (tree) => {
    const list = types.map((type) => mockMethod(type));
    createMethods(tree, pick(tree, number).path, list);
  }),
  fc.tuple(place, pathChange).map(([number, change]): Step => (tree) => {
    const node = pick(tree, number);
    if (!isMethod(node)) modifyPath(tree, node, [change]);
  }),
  fc.tuple(place, header).map(([number, plugin]): Step => (tree) => {
    const node = pick(tree, number);
    if (isMethod(node)) modifyMethod(tree, node, { methodName: 'changed', methodPluginList: [plugin] });
  }),
  place.map((number): Step => (tree) => {
    deleteResource(tree, pick(tree, number));
  }),
);

/** The tree after the steps; a step that is refused leaves it as it was, as a transaction does. */
function run(steps: readonly Step[], start: ResourceTree = treeWith()): ResourceTree {
  let tree = start;
  for (const one of steps) {
    const draft = tree.copy();
    try {
      one(draft);
      tree = draft;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  return tree;
}

/** What a database would hold after the changes. */
function applied(before: ResourceTree, changes: Changes): ResourceTree {
  const nodes = new Map([...before.nodes()].map((node) => [node.id, { ...node, plugins: new Map(node.plugins) }]));
  for (const id of changes.deletedIds) nodes.delete(id);
  for (const { id, method } of changes.renamed) Object.assign(nodes.get(id) ?? {}, { method });
  for (const { resourceId, type } of changes.deletedPlugins) nodes.get(resourceId)?.plugins.delete(type);
  for (const { resourceId, type, settings } of [...changes.addedPlugins, ...changes.changedPlugins]) {
    nodes.get(resourceId)?.plugins.set(type, settings);
  }
  return new ResourceTree([...nodes.values(), ...changes.created]);
}

function content(tree: ResourceTree): string[] {
  return [...tree.nodes()]
    .map((node) => canonicalJson({ ...node, plugins: Object.fromEntries(node.plugins) }))
    .toSorted();
}

describe('after any row of changes', () => {
  it('every path has its parent, and no two paths differ only in a variable', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const paths = run(steps)
          .allPaths()
          .map((node) => node.path);
        expect(paths).toContain('/');
        expect(new Set(paths.map(pathPatternOf)).size).toBe(paths.length);
        for (const one of paths) expect([null, ...paths]).toContain(parentPathOf(one));
      }),
    );
  });

  it('every method stands on a path and has exactly one of HTTP and MOCK', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const tree = run(steps);
        for (const node of [...tree.nodes()].filter(isMethod)) {
          expect(tree.path(node.path)).toBeDefined();
          expect([node.plugins.has('HTTP'), node.plugins.has('MOCK')].filter(Boolean)).toHaveLength(1);
          expect(node.plugins.has('CORS')).toBe(false);
        }
      }),
    );
  });

  it('a path has an OPTIONS method made by CORS exactly while it has the CORS plugin', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const tree = run(steps);
        for (const node of tree.allPaths()) {
          const isMade = tree.method(node.path, 'OPTIONS')?.method.madeByCors ?? false;
          expect(isMade).toBe(node.plugins.has('CORS'));
        }
      }),
    );
  });
});

describe('the changes between two trees', () => {
  it('lead from the one to the other', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), fc.array(step, { maxLength: 8 }), (first, second) => {
        const before = run(first);
        const after = run(second, before);
        expect(content(applied(before, changesBetween(before, after)))).toEqual(content(after));
      }),
    );
  });

  it('are empty when nothing but the order of keys differs', () => {
    const before = treeWith({ path: '/a', methodList: [mockMethod('GET')] });
    const reordered = [...before.nodes()].map((node) => ({
      ...node,
      plugins: new Map(
        [...node.plugins].map(([type, settings]) => [type, Object.fromEntries(Object.entries(settings).toReversed())]),
      ),
    }));
    expect(isEmpty(changesBetween(before, new ResourceTree(reordered)))).toBe(true);
  });

  it('touch only the resources that changed', () => {
    const before = treeWith(
      { path: '/a', pathPluginList: [headerPlugin('1')], methodList: [mockMethod('GET')] },
      { path: '/b' },
    );
    const after = before.copy();
    const node = after.path('/a');
    if (node) modifyPath(after, node, [headerPlugin('2')]);
    expect(changesBetween(before, after)).toEqual({
      created: [],
      deletedIds: [],
      renamed: [],
      addedPlugins: [],
      deletedPlugins: [],
      changedPlugins: [{ resourceId: node?.id, type: 'SET_REQUEST_HEADER', settings: { headers: { 'X-Test': '2' } } }],
      touchedIds: [node?.id],
    });
  });
});
