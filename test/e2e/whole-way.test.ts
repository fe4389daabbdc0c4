import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { type EchoBackend, startEchoBackend } from '../harness/backend.js';
import { hasCorpus, readCorpusDocument } from '../harness/corpus.js';
import { httpDocument } from '../harness/documents.js';
import { type Stack, useStack } from '../harness/stack.js';

const PETSTORE = 'go-swagger-go-swagger__petstore-swagger.json';
const LARGE = 'awslabs-aws-apigateway-importer__large.json';
const METHODS = ['get', 'post', 'put', 'delete', 'head', 'options', 'patch'];

const itWithCorpus = hasCorpus ? it : it.skip;

let stack: Stack;
let api: Api;
let blue: EchoBackend;
let green: EchoBackend;

beforeAll(async () => {
  stack = await useStack();
  api = await stack.newProject();
  blue = await startEchoBackend('blue');
  green = await startEchoBackend('green');
});

afterAll(() => Promise.all([blue.close(), green.close()]));

/** A document of more than fifty operations of every method, as a fresh clone has none of the corpus. */
function wideDocument(): Json {
  const document: Json = { ...httpDocument(), paths: {} };
  for (let index = 0; index < 20; index += 1) {
    const responses = { 200: { description: 'ok' } };
    const id = { name: 'id', in: 'path', required: true, type: 'string' };
    document.paths[`/things${index}`] = { get: { responses }, post: { responses } };
    document.paths[`/things${index}/{id}`] = { parameters: [id], put: { responses } };
  }
  return document;
}

/** The operations of a document as the requests that reach them, variables filled in. */
function requestsOf(document: Json): { method: string; path: string; backendPath: string }[] {
  const base = document.basePath === '/' ? '' : (document.basePath ?? '').replace(/\/$/, '');
  return Object.entries<Json>(document.paths).flatMap(([template, item]) =>
    METHODS.filter((method) => item[method]).map((method) => {
      const path = template.replace(/\{([^}+]+)\+?\}/g, 'value-of-$1');
      return { method: method.toUpperCase(), path, backendPath: base + path };
    }),
  );
}

/** Imports, stages and deploys a document, then sends every operation through the gateway to the backend. */
async function expectWholeWay(document: Json): Promise<void> {
  const serviceId = await api.createService('whole way');
  const requests = requestsOf(document);
  const { importReport } = await api.importSwagger(serviceId, document);
  expect(importReport.operationList.map((entry: Json) => entry.result)).toEqual(requests.map(() => 'IMPORTED'));
  const { stageId, stageUrl } = await api.createStage(serviceId, blue.url);
  expect(await api.deploy(serviceId, stageId)).toMatchObject({ deployStatus: 'COMPLETE', failureReason: null });
  for (const { method, path, backendPath } of requests) {
    const answer = await api.request(stageUrl, method, `${path}?q=1`, { headers: { 'x-test': 'yes' } });
    expect([method, path, answer.status]).toEqual([method, path, 200]);
    if (method === 'HEAD') continue;
    const seen = JSON.parse(answer.text);
    expect([seen.name, seen.method, seen.url]).toEqual(['blue', method, `${backendPath}?q=1`]);
    expect(seen.headers['x-test']).toBe('yes');
  }
  await api.ok('DELETE', `/services/${serviceId}`);
}

describe('the whole way: import, stage, deploy, call', () => {
  it('works for every operation of a document with sixty operations', async () => {
    await expectWholeWay(wideDocument());
  });

  itWithCorpus('works for every operation of the Petstore', async () => {
    await expectWholeWay(await readCorpusDocument(PETSTORE));
  });

  itWithCorpus('works for every operation of a real document with over fifty operations', async () => {
    const document = await readCorpusDocument(LARGE);
    expect(requestsOf(document).length).toBeGreaterThan(50);
    await expectWholeWay(document);
  });

  it('moves traffic with a second deployment, and back with a rollback and a third', async () => {
    const serviceId = await api.createService('blue and green');
    await api.importSwagger(serviceId, httpDocument());
    const { stageId, stageUrl } = await api.createStage(serviceId, blue.url);
    const stage = `/services/${serviceId}/stages/${stageId}`;
    const who = async () => JSON.parse((await api.request(stageUrl, 'GET', '/items/7')).text).name as string;
    const first = await api.deploy(serviceId, stageId);
    expect(await who()).toBe('blue');
    await api.ok('PUT', stage, { backendEndpointUrl: green.url });
    expect(await who()).toBe('blue');
    await api.deploy(serviceId, stageId);
    expect(await who()).toBe('green');
    await api.ok('POST', `${stage}/deploys/${first.deployId}/rollback`);
    expect(await who()).toBe('green');
    await api.deploy(serviceId, stageId);
    expect(await who()).toBe('blue');
  });

  it('answers what is not deployed with the published code, before, during and after the life of a stage', async () => {
    const serviceId = await api.createService('life');
    await api.importSwagger(serviceId, httpDocument());
    const { stageId, stageUrl } = await api.createStage(serviceId, blue.url);
    const code = async (path = '/items') => {
      const { status, text } = await api.request(stageUrl, 'GET', path);
      return status === 200 ? 200 : JSON.parse(text).header.resultCode;
    };
    expect(await code()).toBe(4041007);
    await api.deploy(serviceId, stageId);
    expect([await code(), await code('/nothing')]).toEqual([200, 4041007]);
    await api.ok('DELETE', `/services/${serviceId}/stages/${stageId}`);
    const deadline = Date.now() + 5000;
    while ((await code()) === 200 && Date.now() < deadline);
    expect(await code()).toBe(4041007);
  });

  it('gives every request of a running load an answer while the stage is deployed again and again', async () => {
    const serviceId = await api.createService('load');
    await api.importSwagger(serviceId, httpDocument());
    const { stageId, stageUrl } = await api.createStage(serviceId, blue.url);
    await api.deploy(serviceId, stageId);
    let running = true;
    const statuses: number[] = [];
    const clients = Array.from({ length: 8 }, async () => {
      while (running) statuses.push((await api.request(stageUrl, 'GET', '/items')).status);
    });
    for (const url of [green.url, blue.url, green.url, blue.url]) {
      await api.ok('PUT', `/services/${serviceId}/stages/${stageId}`, { backendEndpointUrl: url });
      expect(await api.deploy(serviceId, stageId)).toMatchObject({ deployStatus: 'COMPLETE' });
    }
    running = false;
    await Promise.all(clients);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});
