import { describe, expect, it } from '@jest/globals';
import type { ImportPlan, PlannedBody, PlannedMethod } from '../../src/modules/resources/import/import-plan.js';
import { contentOf, importPages } from '../../src/modules/resources/rules/content-pages.js';
import { differenceBetween } from '../../src/modules/resources/rules/difference.js';
import { toRows } from '../../src/modules/resources/rules/imported.js';

const noParameters = { queryStringList: [], headerList: [], formDataList: [], requestBody: null, contentTypeList: [] };
const noResponses = { responseList: [], contentTypeList: [] };
const body = (modelName: string): PlannedBody => ({ name: 'body', description: null, modelName });
const mock = { pluginType: 'MOCK', config: { statusCode: 200, headers: {}, body: '' } } as const;

function method(more: Partial<PlannedMethod> = {}): PlannedMethod {
  return {
    path: '/a',
    methodType: 'GET',
    methodName: 'GET',
    methodDescription: null,
    madeByCors: false,
    plugins: [mock],
    parameters: noParameters,
    responses: noResponses,
    ...more,
  };
}

function plan(methods: PlannedMethod[], modelNames: string[] = []): ImportPlan {
  const paths = ['/', ...new Set(methods.map(({ path }) => path))].map((path) => ({ path, plugins: [] }));
  const models = modelNames.map((name) => ({ name, description: '', schema: { type: 'object' } }));
  return { paths, methods, models, report: [] };
}

const response = (responseStatusCode: number, modelName: string) => ({
  responseStatusCode,
  description: null,
  headerList: [],
  responseBody: body(modelName),
});
const usesModels = method({
  parameters: { ...noParameters, requestBody: body('Pet') },
  responses: { ...noResponses, responseList: [response(200, 'Pet'), response(404, 'Fault')] },
});

describe('the rows of an import', () => {
  it('hold ids of models where the plan has names, and each model that a method uses once', () => {
    const { models, resources, references } = toRows(plan([usesModels], ['Fault', 'Pet', 'Other']));
    const [fault, pet] = models.map(({ id }) => id);
    const stored = resources.find((resource) => resource.method !== null);
    expect(stored?.parameters?.requestBody).toEqual({ name: 'body', description: null, modelId: pet });
    expect(stored?.responses?.responseList.map(({ responseBody }) => responseBody?.modelId)).toEqual([pet, fault]);
    expect(references).toEqual([pet, fault].map((modelId) => ({ resourceId: stored?.id, modelId })));
  });

  it('give the method that CORS made no parameters and responses', () => {
    const { resources } = toRows(plan([method({ methodType: 'OPTIONS', madeByCors: true })]));
    expect(resources.at(-1)).toMatchObject({ parameters: null, responses: null });
  });
});

describe('the pages of an import', () => {
  it('hold everything that is stored', () => {
    const rows = toRows(plan([usesModels, method({ methodType: 'OPTIONS', madeByCors: true })], ['Fault', 'Pet']));
    const { resources, models } = rows;
    expect(contentOf(importPages(rows))).toEqual({ resources, models });
  });

  it('are many when there is much, and read back in their order', () => {
    const many = Array.from({ length: 3000 }, (_unused, at) => method({ path: `/a${at}` }));
    const rows = toRows(plan(many));
    const pages = importPages(rows);
    expect(pages.resources.length).toBeGreaterThan(2);
    expect(Math.max(...pages.resources.map(({ length }) => length))).toBeLessThan(300_000);
    expect(contentOf(pages).resources).toEqual(rows.resources);
  });

  it('are none where there is nothing', () => {
    expect(importPages(toRows(plan([])))).toMatchObject({ models: [], plugins: [], references: [] });
  });
});

describe('the difference of an import', () => {
  it('is none between two readings of one document', () => {
    const before = toRows(plan([usesModels], ['Fault', 'Pet']));
    const difference = differenceBetween(before, toRows(plan([usesModels], ['Fault', 'Pet'])));
    expect(difference).toEqual({
      added: [],
      removed: [],
      changed: [],
      models: { added: [], removed: [], changed: [] },
    });
  });

  it('takes empty parameters and responses for none', () => {
    const after = toRows(plan([method()]));
    const resources = after.resources.map((resource) => ({ ...resource, parameters: null, responses: null }));
    expect(differenceBetween({ resources, models: [] }, after).changed).toEqual([]);
  });

  it('names every field that changes', () => {
    const header = { pluginType: 'SET_REQUEST_HEADER', config: { headers: { A: '1' } } } as const;
    const http = { pluginType: 'HTTP', config: { frontendEndpointPath: '/a', backendEndpointPath: '/b' } } as const;
    const before = toRows(plan([method({ plugins: [mock, header] })], ['Fault', 'Pet']));
    const changed = { ...usesModels, methodName: 'x', methodDescription: 'y', plugins: [http, header] };
    expect(differenceBetween(before, toRows(plan([changed], ['Fault', 'Pet']))).changed).toEqual([
      {
        path: '/a',
        methodType: 'GET',
        changedFields: ['methodName', 'methodDescription', 'plugins.HTTP', 'plugins.MOCK', 'parameters', 'responses'],
      },
    ]);
  });

  it('orders what is added and removed as lists of resources are', () => {
    const old = toRows(plan([method({ path: '/b', methodType: 'PUT' }), method({ path: '/b' })], ['A']));
    const fresh = toRows(plan([method({ path: '/c' }), method({ path: '/a' })], ['B']));
    expect(differenceBetween(old, fresh)).toEqual({
      added: [
        { path: '/a', methodType: null },
        { path: '/a', methodType: 'GET' },
        { path: '/c', methodType: null },
        { path: '/c', methodType: 'GET' },
      ],
      removed: [
        { path: '/b', methodType: null },
        { path: '/b', methodType: 'GET' },
        { path: '/b', methodType: 'PUT' },
      ],
      changed: [],
      models: { added: ['B'], removed: ['A'], changed: [] },
    });
  });
});
