import { describe, expect, it } from '@jest/globals';
import { type CompilerInput, type CompilerMethod } from '../../src/compiler/index.js';
import { compile } from './compile-at-once.js';
import { mapSnapshotSecrets } from '../../src/contract/snapshot-secrets.js';
import { type RequestValidation, snapshotSchema } from '../../src/contract/snapshot.js';
import { AppError } from '../../src/errors/index.js';
import { contentHash } from '../../src/kernel/canonical-json.js';

const path = (at: string, plugins: CompilerInput['resources'][number]['plugins'] = []) => ({
  path: at,
  methodType: null,
  madeByCors: false,
  customBackendEndpointUrl: null,
  plugins,
});
const mock = { pluginType: 'MOCK', config: { statusCode: 200 } };
const validator = { pluginType: 'REQUEST_VALIDATOR', config: { isActive: true } };

type Parameters = NonNullable<CompilerMethod['parameters']>;

const described = (parameters: Partial<Parameters>, at = '/a'): CompilerMethod => ({
  path: at,
  methodType: 'POST',
  parameters: {
    queryStringList: [],
    headerList: [],
    formDataList: [],
    requestBody: null,
    contentTypeList: [],
    ...parameters,
  },
});

const field = (name: string, required: boolean) =>
  ({ name, required, description: 'words', dataType: 'STRING', isArray: false }) as const;

function stage(
  methods: CompilerMethod[],
  models: CompilerInput['models'] = [],
  rootPlugins = [validator],
): CompilerInput {
  return {
    stageId: 's',
    serviceId: 'v',
    regionCode: 'KR1',
    stageName: null,
    backendEndpointUrl: 'http://stage',
    accessLog: false,
    gatewayResponses: [],
    resources: [path('/', rootPlugins), path('/a'), { ...path('/a', [mock]), methodType: 'POST' }],
    methods,
    models,
  };
}

function validationOf(input: CompilerInput): RequestValidation | undefined {
  return compile(input).paths[0]?.routes[0]?.validation;
}

const body = { requestBody: { modelId: 'm1' } };
const modelsOf = (schemas: Record<string, Record<string, unknown>>) =>
  Object.entries(schemas).map(([name, schema], index) => ({ id: `m${index + 1}`, name, schema }));
const bodySchemaOf = (schemas: Record<string, Record<string, unknown>>) =>
  validationOf(stage([described(body)], modelsOf(schemas)))?.bodySchema;

describe('what REQUEST_VALIDATOR demands of a route', () => {
  it('is what is required, in one order; the rest is for documents alone', () => {
    const parameters = {
      queryStringList: [field('b', true), field('a', true), field('c', false)],
      headerList: [field('X-B', true), field('X-A', true), field('X-C', false)],
      formDataList: [field('f', true), field('g', false)],
      contentTypeList: ['Text/Plain; charset=utf-8', 'application/xml', 'text/plain'],
    };
    const input = stage([described(parameters)]);
    expect(validationOf(input)).toEqual({
      queryStrings: ['a', 'b'],
      headers: ['x-a', 'x-b'],
      formFields: ['f'],
      contentTypes: ['application/xml', 'text/plain'],
      hasBody: true,
      bodySchema: null,
    });
    expect(snapshotSchema.parse(compile(input))).toEqual(compile(input));
  });

  it('is absent without the plugin, and where nothing is demanded', () => {
    const demanding = described({ headerList: [field('X-A', true)] });
    expect(validationOf(stage([demanding], [], []))).toBeUndefined();
    expect(validationOf(stage([]))).toBeUndefined();
    expect(validationOf(stage([{ ...demanding, methodType: 'GET' }]))).toBeUndefined();
    expect(
      validationOf(stage([described({ headerList: [field('X-A', false)], contentTypeList: ['a/b', '*/*'] })])),
    ).toBeUndefined();
  });

  it('makes another snapshot when it changes, and the same when only words do', () => {
    const hashOf = (input: CompilerInput) => contentHash(compile(input));
    const one = described({ headerList: [field('X-A', true)] });
    const reworded = described({
      headerList: [{ ...field('X-A', true), description: 'other', dataType: 'LONG' }, field('X-B', false)],
    });
    const changed = described({ headerList: [field('X-B', true)] });
    expect(hashOf(stage([reworded]))).toBe(hashOf(stage([one])));
    expect(hashOf(stage([changed]))).not.toBe(hashOf(stage([one])));
    const withModel = (type: string) => hashOf(stage([described(body)], modelsOf({ Pet: { type } })));
    expect(withModel('object')).not.toBe(withModel('array'));
    expect(hashOf(stage([], modelsOf({ Unused: {} })))).toBe(hashOf(stage([])));
  });

  it('holds the models that a model refers to, and theirs, and no others', () => {
    const models = {
      Pet: { properties: { owner: { $ref: '#/definitions/Owner' }, self: { $ref: '#' } } },
      Owner: {
        id: 'http://a/owner',
        properties: { pets: { items: { $ref: '#/definitions/Pet' } }, at: { $ref: '#/definitions/Own~1Place' } },
      },
      'Own/Place': { type: 'string' },
      Unused: { type: 'string' },
    };
    expect(bodySchemaOf(models)).toEqual({
      ...models.Pet,
      definitions: {
        Owner: { properties: models.Owner.properties },
        Pet: models.Pet,
        'Own/Place': models['Own/Place'],
      },
    });
  });

  it('prefers the definitions of a model to models of the same name', () => {
    const Pet = { $ref: '#/definitions/Name', definitions: { Name: { type: 'string' } } };
    expect(bodySchemaOf({ Pet, Name: { type: 'number' } })).toEqual(Pet);
  });

  it('takes no value and no name for a reference', () => {
    const Pet = {
      properties: { $ref: { type: 'string' }, enum: { $ref: '#/definitions/Name' } },
      example: { $ref: '#/nowhere' },
      enum: [{ $ref: '#/nowhere' }],
    };
    expect(bodySchemaOf({ Pet, Name: {} })).toEqual({ ...Pet, definitions: { Name: {} } });
  });

  it.each(['#/definitions/None', '#/definitions/Pet/properties/none', 'other.json#/a', 'http://a/b'])(
    'refuses a model that refers to %s',
    (reference) => {
      expect(() => bodySchemaOf({ Pet: { items: { $ref: reference } } })).toThrow(AppError);
      expect(() => bodySchemaOf({ Pet: { items: { $ref: reference } } })).toThrow(
        expect.objectContaining({
          key: 'STAGE_PLUGIN_UNREADABLE',
          details: [expect.objectContaining({ field: 'POST /a', message: expect.stringContaining(reference) })],
        }),
      );
    },
  );
});

describe('a model that was made before its patterns were checked', () => {
  it('is refused, with the place of the pattern', () => {
    expect(() => bodySchemaOf({ Pet: { items: { pattern: '(?=a)' } } })).toThrow(
      expect.objectContaining({
        key: 'STAGE_PLUGIN_UNREADABLE',
        details: [expect.objectContaining({ field: 'POST /a', message: expect.stringContaining('/items/pattern') })],
      }),
    );
  });
});

describe('a stage with a model and a plugin that cannot be read', () => {
  it('is refused for the plugin, wherever that stands', () => {
    const input = stage([described(body)], modelsOf({ Pet: { items: { pattern: '(?=a)' } } }));
    const withoutBackend = { ...path('/z'), methodType: 'GET' as const };
    const resources = [...input.resources, path('/z'), withoutBackend];
    expect(() => compile({ ...input, resources })).toThrow(
      expect.objectContaining({ key: 'BACKEND_TYPE_UNSUPPORTED' }),
    );
  });
});

describe('the secrets of a snapshot', () => {
  it('are replaced, each of them, and nothing else', () => {
    const hmac = { pluginType: 'HMAC', config: { secretKey: 'hush' } };
    const snapshot = compile(stage([], [], [hmac, validator] as never));
    const sealed = mapSnapshotSecrets(snapshot, (secret) => `<${secret}>`);
    expect(JSON.stringify(sealed)).toBe(JSON.stringify(snapshot).replaceAll('"hush"', '"<hush>"'));
    expect(JSON.stringify(sealed)).toContain('<hush>');
  });
});
