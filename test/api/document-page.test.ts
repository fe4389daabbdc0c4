import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { VENDOR_KEY } from '../../src/contract/swagger.js';
import { errorCatalog } from '../../src/errors/index.js';
import type { Api, Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { type Stack, useStack } from '../harness/stack.js';

const NOW = '2026-11-21T06:00:00.000Z';
/** A plugin that no version has. */
const TELEPATHY = { id: 'telepathy', pluginType: 'TELEPATHY', config: {}, createdAt: NOW, updatedAt: NOW };

const cors = {
  allowedMethods: ['GET'],
  allowedHeaders: ['*'],
  allowedOrigins: ['https://hush.example'],
  exposedHeaders: [],
  maxCredentialsAge: 60,
  allowCredentials: true,
};

let stack: Stack;
let api: Api;
let serviceId: string;
let stage: Json;
let path: string;
let page: string;

const setPublishType = (publishType: string): Promise<Json> =>
  api.ok('PUT', `${path}/documents/publish`, { publishType });
const open = (url: string, accept = 'text/html') => fetch(url, { headers: { accept } });
const withoutExtensions = (document: Json): Json =>
  JSON.parse(JSON.stringify(document), (key, value) => (key === VENDOR_KEY ? undefined : value));

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
  serviceId = await api.createService(`</title><script>"'&`);
  await api.importSwagger(serviceId, mockDocument());
  stage = await api.createStage(serviceId, 'http://127.0.0.1', 'alpha');
  path = `/services/${serviceId}/stages/${stage.stageId}`;
  await api.deploy(serviceId, stage.stageId);
  const { document } = await setPublishType('PUBLIC');
  page = stack.address.controlUrl + new URL(document.publishUrl).pathname;
});

/** A document with every extension that is written: of paths, operations, fields, responses and bodies. */
function secretiveDocument(): object {
  const isArray = { [VENDOR_KEY]: { isArray: true } };
  const body = { [VENDOR_KEY]: { responseBody: { name: 'hush', description: 'hush' } } };
  const plugins = {
    HTTP: { frontendEndpointPath: '/pets', backendEndpointPath: '/backstage' },
    SET_REQUEST_HEADER: { headers: { 'X-Backend-Token': 'hush' } },
  };
  return {
    swagger: '2.0',
    info: { title: 'pets', version: '1' },
    paths: {
      '/pets': {
        get: {
          responses: { 200: { description: 'one', schema: { $ref: '#/definitions/Pet' }, ...body } },
          [VENDOR_KEY]: { plugins },
        },
        post: {
          consumes: ['multipart/form-data'],
          parameters: [{ name: 'picture', in: 'formData', type: 'file', ...isArray }],
          responses: {},
        },
        [VENDOR_KEY]: { plugins: { CORS: cors } },
      },
    },
    definitions: { Pet: { type: 'object' } },
  };
}

describe('the page of a public document', () => {
  it('shows the names of service and stage as they are, and the document of what is live', async () => {
    const answer = await open(page);
    const html = await answer.text();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(html).toContain('<title>&#60;/title&#62;&#60;script&#62;&#34;&#39;&#38; - alpha</title>');
    const url = new URL(/data-url="([^"]+)"/.exec(html)?.[1] ?? '', page);
    expect(await (await fetch(url)).json()).toEqual(
      withoutExtensions(await api.ok('GET', `${path}/documents/swagger`)),
    );
  });

  it('loads everything from this server, under names that browsers can keep', async () => {
    const html = await (await open(page)).text();
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links).toHaveLength(4);
    const types = new Set<string | null>();
    for (const link of links) {
      expect(link).toMatch(/^assets\//);
      const answer = await fetch(new URL(link, page));
      expect([link, answer.status, (await answer.arrayBuffer()).byteLength > 100]).toEqual([link, 200, true]);
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      types.add(answer.headers.get('content-type'));
    }
    const script = 'javascript; charset=utf-8';
    expect(types).toEqual(new Set(['image/png', 'text/css; charset=utf-8', `application/${script}`, `text/${script}`]));
  });

  it('lets nothing run or load but that, and calls no host but its own and the stage', async () => {
    const answer = await open(page);
    const html = await answer.text();
    const policy = answer.headers.get('content-security-policy')?.split('; ');
    expect(policy).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      `connect-src 'self' https://${stage.stageUrl} http://${stage.stageUrl}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(html).not.toMatch(/<script>|<script [^>]*>[^<]|<style|style=|\son\w+=/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('gives nothing away but the few files that it needs', async () => {
    const html = await (await open(page)).text();
    const [, folder] = /href="(assets\/[^/]+)\//.exec(html) ?? [];
    for (const name of [
      'index.html',
      'package.json',
      'swagger-ui.js',
      '../../package.json',
      '%2e%2e/package.json',
      '',
    ]) {
      expect([name, (await fetch(new URL(`${folder}/${name}`, page))).status]).toEqual([name, 404]);
    }
  });

  it.each(['PRIVATE', 'deleted', 'never made'])(
    'is not there for strangers when it is %s, and neither is its document',
    async (kind) => {
      if (kind === 'PRIVATE') await setPublishType('PRIVATE');
      if (kind === 'deleted') await api.ok('DELETE', path);
      if (kind === 'never made') page = `${stack.address.controlUrl}/documents/nope`;
      const missing = {
        isSuccessful: false,
        resultCode: 404109000,
        resultMessage: "Not found API document's swagger.",
      };
      for (const url of [page, `${page}/swagger.json`]) {
        const answer = await open(url, 'application/json');
        expect(answer.status).toBe(404);
        expect(await answer.json()).toEqual({ header: missing });
      }
      const answer = await open(page);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
      expect(answer.headers.get('content-security-policy')).toContain("connect-src 'self';");
      expect(await answer.text()).not.toMatch(/alpha|script/);
    },
  );

  it('is there again under the same link when it is published again', async () => {
    await setPublishType('PRIVATE');
    expect((await open(page)).status).toBe(404);
    await setPublishType('PUBLIC');
    expect((await open(page)).status).toBe(200);
  });
});

describe('the document behind a public page', () => {
  it('says nothing of how the gateway treats calls, which the document for the project shows', async () => {
    await api.importSwagger(serviceId, secretiveDocument());
    await api.ok('PUT', `${path}/resources`);
    const { modelList } = await api.ok('GET', `/services/${serviceId}/models`);
    const modelPath = `/services/${serviceId}/models/${modelList[0].modelId}`;
    await api.ok('PUT', modelPath, { modelDescription: 'of pets', modelSchema: { type: 'object' } });
    await api.deploy(serviceId, stage.stageId);
    const own = await api.ok('GET', `${path}/documents/swagger`);
    const answer = await fetch(`${page}/swagger.json`);
    const text = await answer.text();
    expect(text).not.toMatch(/x-nhncloud-apigateway|hush|backstage|plugins/);
    expect(JSON.stringify(own)).toMatch(/hush.*backstage/);
    // Nothing else is missing.
    expect(JSON.parse(text)).toEqual(withoutExtensions(own));
    expect(own.definitions.Pet[VENDOR_KEY]).toEqual({ description: 'of pets' });
    expect(own.paths['/pets'][VENDOR_KEY].plugins).toHaveProperty('CORS');
  });

  it('is kept by nobody, for it may be withdrawn', async () => {
    const answer = await fetch(`${page}/swagger.json`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('is built once for a deployment, and still withdrawn and replaced at once', async () => {
    const read = async (): Promise<Json> => (await fetch(`${page}/swagger.json`)).json();
    const first = await read();
    // Who would build it again could not any more.
    await stack.query(`UPDATE deployment SET settings = '{}' WHERE stage_id = $1`, [stage.stageId]);
    expect(await read()).toEqual(first);
    await setPublishType('PRIVATE');
    expect((await fetch(`${page}/swagger.json`)).status).toBe(404);
    await setPublishType('PUBLIC');
    expect(await read()).toEqual(first);
    await api.ok('PUT', path, { backendEndpointUrl: 'http://127.0.0.1:10081' });
    const { deployedAt } = await api.deploy(serviceId, stage.stageId);
    expect(await read()).toEqual({ ...first, info: { ...first.info, version: deployedAt } });
  });

  it('tells strangers that a plugin cannot be written, but nothing about it', async () => {
    await stack.query(
      `UPDATE deployment SET settings = jsonb_set(settings::jsonb, '{resources,0,plugins}', $2) WHERE stage_id = $1`,
      [stage.stageId, JSON.stringify([TELEPATHY])],
    );
    expectError(await api.call('GET', `${path}/documents/swagger`), 'DOCUMENT_PLUGIN_FAILED', ['/ TELEPATHY']);
    const answer = await fetch(`${page}/swagger.json`);
    const { code, en } = errorCatalog.DOCUMENT_PLUGIN_FAILED;
    expect(await answer.json()).toEqual({ header: { isSuccessful: false, resultCode: code, resultMessage: en } });
  });

  it('says that it cannot be read when the deployment is damaged', async () => {
    await stack.query(`UPDATE deployment SET settings = '{}' WHERE stage_id = $1`, [stage.stageId]);
    const answer = await fetch(`${page}/swagger.json`);
    expect([answer.status, await answer.json()]).toMatchObject([500, { header: { resultCode: 500_104_006 } }]);
  });
});
