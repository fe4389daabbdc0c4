import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync, readdirSync } from 'node:fs';
import { canonicalJson } from '../../src/kernel/canonical-json.js';
import { SecretBox } from '../../src/kernel/secret-box.js';
import { type Change, compareStates } from '../../src/modules/deployments/diff/compare.js';
import { type StateSource, stateOf } from '../../src/modules/deployments/diff/stage-state.js';
import { type Documentation, documentationHash, documentationOf } from '../../src/modules/deployments/documentation.js';
import { openResources, settingsHash, type StageResourceSettings } from '../../src/modules/stages/index.js';

const box = new SecretBox(Buffer.alloc(32, 7));
const PLACES = [
  ['/', null],
  ['/a', null],
  ['/a', 'GET'],
  ['/a', 'POST'],
  ['/a/{x}', null],
  ['/a/{x}', 'GET'],
  ['/a-b', null],
] as const;
const DATE = '2026-11-21T06:00:00.000Z';

/** Settings of a stage as stored, with what else a deployment keeps of them. Ids, dates and seals differ every time. */
type Source = Omit<StateSource, 'settings' | 'resources'> & {
  readonly settings: {
    backendEndpointUrl: string;
    resourceRevision: number;
    isAccessLogOn: boolean;
    resourceUpdatedAt: string;
    resources: StageResourceSettings[];
  };
};

const id = fc.stringMatching(/^[a-z]{8}$/);
const text = fc.constantFrom('one', 'two');
const optional = fc.option(text, { nil: null });
const plugin = fc.oneof(
  text.map((body) => ({ pluginType: 'MOCK', config: { statusCode: 200, headers: {}, body } })),
  text.map((secret) => ({ pluginType: 'HMAC', config: { secretKey: box.seal(secret) } })),
  fc.constant({ pluginType: 'API_KEY', config: { isActive: true } }),
);
const resourceAt = ([path, methodType]: (typeof PLACES)[number]): fc.Arbitrary<StageResourceSettings> =>
  fc.record({
    id,
    path: fc.constant(path),
    parentPath: fc.constant(null),
    methodType: fc.constant(methodType),
    methodName: methodType === null ? fc.constant(null) : text,
    methodDescription: methodType === null ? fc.constant(null) : optional,
    madeByCors: methodType === null ? fc.constant(false) : fc.boolean(),
    customBackendEndpointUrl: optional,
    createdAt: fc.constant(DATE),
    updatedAt: fc.constant(DATE),
    plugins: fc.uniqueArray(
      plugin.chain((one) => id.map((own) => ({ ...one, id: own, createdAt: DATE, updatedAt: DATE }))),
      { selector: (one) => one.pluginType, maxLength: 2 },
    ),
  });

const models = fc.uniqueArray(
  fc.record({
    id,
    name: fc.constantFrom('Pet', '__proto__'),
    description: text,
    schema: text.map((title) => ({ title })),
  }),
  { selector: (one) => one.name, maxLength: 2 },
);
type DescribedMethod = Documentation['methods'][number];
const documentation: fc.Arbitrary<Documentation> = models.chain((list) => {
  const body = fc.constantFrom(null, ...list.map((model) => ({ name: 'b', description: null, modelId: model.id })));
  const lists = { queryStringList: [], headerList: [], formDataList: [] };
  const parameters = body.map((requestBody) => ({ ...lists, requestBody, contentTypeList: [] }));
  const method = fc.record<DescribedMethod>({
    path: fc.constant('/a'),
    methodType: fc.constantFrom('GET' as const, 'POST' as const),
    parameters: fc.option(parameters, { nil: null }),
    responses: fc.constant({ responseList: [], contentTypeList: [] }),
  });
  const methods = fc.uniqueArray(method, { selector: (one) => one.methodType, maxLength: 2 });
  return methods.map((chosen) => ({ methods: chosen, models: list }));
});
const gatewayResponses = fc.constantFrom(
  [],
  [{ type: 'UNAUTHORIZED', status: 401, headers: {}, bodies: {} }],
  [{ type: 'UNAUTHORIZED', status: 403, headers: {}, bodies: {} }],
);
const sourceAt = (places: readonly (typeof PLACES)[number][]): fc.Arbitrary<Source> =>
  fc.record({
    settings: fc.record({
      backendEndpointUrl: fc.constantFrom('http://a', 'http://b'),
      resourceRevision: fc.nat(9),
      isAccessLogOn: fc.boolean(),
      resourceUpdatedAt: fc.constant(DATE),
      resources: fc.tuple(...places.map(resourceAt)).map((list): StageResourceSettings[] => list),
    }),
    documentation,
    gatewayResponses,
    formatVersion: fc.constant(1),
  });
const source = fc.subarray([...PLACES]).chain(sourceAt);

/** The same, made again: under new ids, with secrets sealed again, in another order. */
function remade(one: Source): Source {
  const sealed = (config: Record<string, unknown>) =>
    typeof config['secretKey'] === 'string'
      ? { ...config, secretKey: box.seal(box.open(config['secretKey'])) }
      : config;
  const resources = one.settings.resources.toReversed().map((resource) => ({
    ...resource,
    id: `new ${resource.id}`,
    plugins: resource.plugins.toReversed().map((own) => ({ ...own, id: `new ${own.id}`, config: sealed(own.config) })),
  }));
  const renamed = JSON.stringify(one.documentation).replaceAll(
    /"(id|modelId)":"([^"]*)"/g,
    (_all, key, value) => `"${key}":"new ${value}"`,
  );
  return { ...one, settings: { ...one.settings, resources }, documentation: JSON.parse(renamed) as Documentation };
}

const edited = (one: Source): fc.Arbitrary<Source> =>
  fc.oneof(
    fc.constant(remade(one)),
    sourceAt(PLACES).map((other) => ({ ...one, documentation: other.documentation })),
    sourceAt(PLACES).map((other) => ({ ...one, gatewayResponses: other.gatewayResponses })),
    sourceAt(PLACES).map((other) => {
      const [first, ...rest] = one.settings.resources;
      const replaced = other.settings.resources.find((own) => first && keyOf(own) === keyOf(first));
      return { ...one, settings: { ...one.settings, resources: [...(replaced ? [replaced] : []), ...rest] } };
    }),
    source,
  );
const pair = source.chain((one) => edited(one).map((other) => [asDeployed(one), asDeployed(other)] as const));

/** A deployment keeps what is said of the methods that the stage has. */
function asDeployed(one: Source): Source {
  const { methods, models: list } = one.documentation;
  return { ...one, documentation: documentationOf(one.settings.resources, methods, list) };
}

const keyOf = ({ path, methodType }: { path: string; methodType: string | null }) => `${methodType} ${path}`;
const state = (one: Source) => stateOf({ ...one, resources: openResources(one.settings, box, 'FAIL') });
const compare = (one: Source | null, other: Source | null) => compareStates(one && state(one), other && state(other));
const withoutSecrets = (one: Source): Source => ({
  ...one,
  settings: {
    ...one.settings,
    resources: one.settings.resources.map((resource) => ({
      ...resource,
      plugins: resource.plugins.filter(({ pluginType }) => pluginType !== 'HMAC'),
    })),
  },
});

/** A state as one flat map from places to values, and the changes carried out on it. */
function flat(one: Source): Map<string, unknown> {
  const { settings, resources, parts } = state(one);
  return new Map<string, unknown>([
    ...[...settings, ...parts].map(([item, value]) => [`null null ${item}`, value] as const),
    ...resources.flatMap((resource) => [
      [`${keyOf(resource)} RESOURCE`, true] as const,
      ...[...resource.settings].map(([item, value]) => [`${keyOf(resource)} ${item}`, value] as const),
    ]),
  ]);
}

function apply(values: ReadonlyMap<string, unknown>, changes: readonly Change[]): Map<string, unknown> {
  const result = new Map(values);
  for (const { path, methodType, item, changeType, before, after } of changes) {
    const place = `${methodType} ${path}`;
    const parts = item === 'RESOURCE' ? Object.entries((after ?? before) as object) : [[item, after] as const];
    if (item === 'RESOURCE') parts.push(['RESOURCE', true]);
    for (const [name, value] of parts) {
      if (changeType === 'REMOVED') result.delete(`${place} ${name}`);
      else result.set(`${place} ${name}`, value);
    }
  }
  return result;
}

const sorted = (values: ReadonlyMap<string, unknown>) => canonicalJson(Object.fromEntries(values));
const options = { numRuns: 500, seed: 20_261_121 };

describe('the comparison of two states of a stage', () => {
  it('finds nothing exactly when the hashes by which a deployment is refused are equal', () => {
    const outcomes = new Set<boolean>();
    fc.assert(
      fc.property(pair, ([one, other]) => {
        const hashes = (of: Source) => [
          settingsHash(of.settings, box),
          documentationHash(of.documentation),
          canonicalJson(of.gatewayResponses),
        ];
        const isEqual = canonicalJson(hashes(one)) === canonicalJson(hashes(other));
        outcomes.add(isEqual);
        expect(compare(one, other).length === 0).toBe(isEqual);
      }),
      options,
    );
    expect(outcomes).toEqual(new Set([false, true]));
  });

  it('tells all that makes one state of the other', () => {
    fc.assert(
      fc.property(pair, ([first, second]) => {
        const [one, other] = [withoutSecrets(first), withoutSecrets(second)];
        expect(sorted(apply(flat(one), compare(one, other)))).toBe(sorted(flat(other)));
        expect(sorted(apply(new Map(), compare(null, one)))).toBe(sorted(flat(one)));
        expect(apply(flat(one), compare(one, null)).size).toBe(0);
      }),
      options,
    );
  });

  it('is the other way round the other way round, in the same order', () => {
    const opposite = { ADDED: 'REMOVED', REMOVED: 'ADDED', CHANGED: 'CHANGED' } as const;
    fc.assert(
      fc.property(pair, ([first, second]) => {
        const [one, other] = [withoutSecrets(first), withoutSecrets(second)];
        const turned = compare(other, one).map((change) => ({
          ...change,
          changeType: opposite[change.changeType],
          before: change.after,
          after: change.before,
        }));
        expect(turned).toEqual(compare(one, other));
      }),
      options,
    );
  });

  it('names the resources in their order, between the stage and the models and gateway responses', () => {
    fc.assert(
      fc.property(pair, ([one, other]) => {
        const order = ['null null', ...PLACES.map(([path, methodType]) => `${methodType} ${path}`)];
        const ranks = compare(one, other).map(({ path, methodType, item }) =>
          /^(model|gatewayResponse):/.test(item) ? order.length : order.indexOf(`${methodType} ${path}`),
        );
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
      }),
      options,
    );
  });

  it('never shows a secret, and says when one has changed', () => {
    const at = (secret: string | null): Source => {
      const config = { secretKey: box.seal(secret ?? ''), clockSkewSeconds: 5 };
      const own = { id: 'p', pluginType: 'HMAC', config, createdAt: DATE, updatedAt: DATE };
      const resource: StageResourceSettings = {
        id: 'r',
        path: '/',
        parentPath: null,
        methodType: null,
        methodName: null,
        methodDescription: null,
        madeByCors: false,
        customBackendEndpointUrl: null,
        createdAt: DATE,
        updatedAt: DATE,
        plugins: secret === null ? [] : [own],
      };
      const settings = {
        backendEndpointUrl: '',
        isAccessLogOn: false,
        resourceRevision: 1,
        resourceUpdatedAt: DATE,
        resources: [resource],
      };
      return { settings, documentation: { methods: [], models: [] }, gatewayResponses: [], formatVersion: 1 };
    };
    const shown = (secretKey: string) => ({ secretKey, clockSkewSeconds: 5 });
    expect(compare(at('hush'), at('hush'))).toEqual([]);
    expect(compare(at('hush'), at('quiet'))).toEqual([
      {
        path: '/',
        methodType: null,
        item: 'plugin:HMAC',
        changeType: 'CHANGED',
        before: shown('********'),
        after: shown('******** (changed)'),
      },
    ]);
    expect(compare(at(null), at('hush'))).toMatchObject([
      { changeType: 'ADDED', before: null, after: shown('********') },
    ]);
    expect(compare(at('hush'), at(null))).toMatchObject([
      { changeType: 'REMOVED', before: shown('********'), after: null },
    ]);
    expect(JSON.stringify([compare(null, at('hush')), compare(at('hush'), null)])).not.toMatch(/hush|sealed/);
    fc.assert(
      fc.property(pair, ([one, other]) => {
        const secrets = compare(one, other).filter(({ item }) => item === 'plugin:HMAC' || item === 'RESOURCE');
        expect(JSON.stringify(secrets)).not.toMatch(/sealed|"secretKey":"[^*]/);
      }),
      options,
    );
  });

  it('compares ten thousand resources in a time that grows with their number', () => {
    const [resource] = fc.sample(resourceAt(['/a', 'GET']), { numRuns: 1, seed: 1 });
    if (!resource) throw new Error('fast-check gave no sample');
    const many = (count: number, methodName: string): Source => ({
      settings: {
        backendEndpointUrl: '',
        resourceRevision: 1,
        isAccessLogOn: false,
        resourceUpdatedAt: DATE,
        resources: Array.from({ length: count }, (_unused, index) => ({
          ...resource,
          path: `/a/${index}`,
          methodName,
        })),
      },
      documentation: { methods: [], models: [] },
      gatewayResponses: [],
      formatVersion: 1,
    });
    expect(compare(many(10_000, 'one'), many(10_000, 'two'))).toHaveLength(10_000);
    expect(compare(many(10_000, 'one'), many(9000, 'one'))).toHaveLength(1000);
  });
});

describe('a deployment from before documentation was kept', () => {
  it('has the hash of documentation that says nothing', () => {
    const folder = new URL('../../prisma/migrations/', import.meta.url);
    const sql = readdirSync(folder)
      .filter((name) => name.endsWith('_management'))
      .map((name) => readFileSync(new URL(`${name}/migration.sql`, folder), 'utf8'))
      .join('');
    expect(sql).toContain(`DEFAULT '${documentationHash({ methods: [], models: [] })}'`);
  });
});
