import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { corsPlugin, mockMethod } from '../resources/trees.js';
import type { Api, Json } from '../harness/api.js';
import { fiftyAtOnce } from '../harness/expectations.js';
import { type Stack, useStack } from '../harness/stack.js';

const SUCCESS = 0;
const DUPLICATED = 409102000;
const VARIABLE_CONFLICT = 409102001;
const METHOD_LIMIT = 400102012;
const NOT_FOUND = 404102000;
const MAX_METHODS = 100;

let stack: Stack;
let api: Api;
let serviceId: string;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
  serviceId = await api.createService();
});

const list = async (): Promise<Json[]> => (await api.ok('GET', `/services/${serviceId}/resources`)).resourceList;
const names = async () => (await list()).map(({ path, methodType }) => (methodType ? `${methodType} ${path}` : path));
const create = (...resourcePathList: object[]) =>
  api.call('POST', `/services/${serviceId}/resources`, { resourcePathList });
const pathId = async (path: string): Promise<string> => {
  const { body } = await create({ path });
  return body.resourceList.at(-1).resourceId;
};
const createMethod = (resourceId: string, method: object) =>
  api.call('POST', `/services/${serviceId}/resources/${resourceId}/methods`, { methodList: [method] });

describe('of fifty clients at once', () => {
  it('one creates a path, and the others are told that it exists', async () => {
    expect(await fiftyAtOnce(() => create({ path: '/a/b' }))).toEqual({ [SUCCESS]: 1, [DUPLICATED]: 49 });
    expect(await names()).toEqual(['/', '/a', '/a/b']);
  });

  it('all create paths of their own below a missing one, which is made once', async () => {
    expect(await fiftyAtOnce((index) => create({ path: `/a/${index}` }))).toEqual({ [SUCCESS]: 50 });
    const paths = await names();
    expect(paths).toHaveLength(52);
    expect(new Set(paths).size).toBe(52);
  });

  it('one creates a method, and the others are told that it exists', async () => {
    const resourceId = await pathId('/a');
    expect(await fiftyAtOnce(() => createMethod(resourceId, mockMethod('GET')))).toEqual({
      [SUCCESS]: 1,
      [DUPLICATED]: 49,
    });
    expect(await names()).toEqual(['/', '/a', 'GET /a']);
  });

  it('as many create a method as the limit allows, and it is reached exactly', async () => {
    const methodList = [mockMethod('GET'), mockMethod('PUT'), mockMethod('POST')];
    const filled = Array.from({ length: 25 }, (_unused, index) => ({ path: `/filled/${index}`, methodList }));
    await create(...filled);
    const counts = await fiftyAtOnce((index) => create({ path: `/more/${index}`, methodList: [mockMethod('GET')] }));
    expect(counts).toEqual({ [SUCCESS]: 25, [METHOD_LIMIT]: 25 });
    expect((await list()).filter(({ methodType }) => methodType !== null)).toHaveLength(MAX_METHODS);
  });

  it('one sets the variable of a level', async () => {
    const counts = await fiftyAtOnce((index) => create({ path: `/a/{v${index}}` }));
    expect(counts).toEqual({ [SUCCESS]: 1, [VARIABLE_CONFLICT]: 49 });
    expect(await names()).toHaveLength(3);
  });

  it('every one that sets CORS succeeds while others create OPTIONS, and the method is the one of CORS', async () => {
    const resourceId = await pathId('/a');
    const setCors = () =>
      api.call('PUT', `/services/${serviceId}/resource-paths/${resourceId}`, { pathPluginList: [corsPlugin] });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_unused, index) =>
        index % 2 === 0 ? setCors() : createMethod(resourceId, mockMethod('OPTIONS')),
      ),
    );
    const codes = answers.map(({ body }) => body.header.resultCode);
    expect(codes.filter((_code, index) => index % 2 === 0)).toEqual(Array.from({ length: 25 }, () => SUCCESS));
    for (const code of codes) expect([SUCCESS, DUPLICATED]).toContain(code);
    expect(await names()).toEqual(['/', '/a', 'OPTIONS /a']);
    expect((await list())[2]).toMatchObject({ methodType: 'OPTIONS', methodName: 'CORS' });
  });

  it('none leaves a method behind on a path that is deleted meanwhile', async () => {
    const resourceId = await pathId('/a/b');
    const parentId = (await list()).find(({ path }) => path === '/a').resourceId;
    const types = ['GET', 'PUT', 'POST', 'PATCH', 'HEAD', 'DELETE'] as const;
    const [deleted, ...created] = await Promise.all([
      api.call('DELETE', `/services/${serviceId}/resources/${parentId}`),
      ...Array.from({ length: 49 }, (_unused, index) =>
        createMethod(resourceId, mockMethod(types[index % types.length] ?? 'GET')),
      ),
    ]);
    expect(deleted.body.header.resultCode).toBe(SUCCESS);
    for (const { body } of created) expect([SUCCESS, DUPLICATED, NOT_FOUND]).toContain(body.header.resultCode);
    expect(await names()).toEqual(['/']);
    const rows = await stack.query('SELECT id FROM resource WHERE service_id = $1', [serviceId]);
    expect(rows).toHaveLength(1);
  });
});

/** Writes a resource past the control plane. */
const insert = (path: string, pattern: string, methodType: string | null) =>
  stack.query(
    `INSERT INTO resource (id, project_id, service_id, path, path_pattern, method_type)
     SELECT $1, project_id, id, $2, $3, $4 FROM service WHERE id = $5`,
    [`${serviceId}${pattern.length}${methodType}`, path, pattern, methodType, serviceId],
  );

describe('should the lock ever fail, the database itself', () => {
  it('keeps paths that differ only in a variable apart', async () => {
    await pathId('/a/{x}');
    await expect(insert('/a/{y}', '/a/{}', null)).rejects.toThrow('resource_path_key');
  });

  it('keeps a method from standing twice under a path', async () => {
    await create({ path: '/a', methodList: [mockMethod('GET')] });
    await expect(insert('/a', '/a', 'GET')).rejects.toThrow('resource_method_key');
  });
});
