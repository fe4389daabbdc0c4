import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { type Stack, useStack } from '../harness/stack.js';

const LIMIT_BYTES = 10 * 1024 * 1024;

let stack: Stack;
let api: Api;

beforeAll(async () => {
  stack = await useStack();
  api = await stack.newProject();
});

/** The body of an import whose document has this many bytes, padded with descriptions of models. */
function bodyOf(documentBytes: number): string {
  const document: Json = { ...mockDocument(), definitions: {} };
  const models = 400;
  for (let index = 0; index < models; index += 1) document.definitions[`Model${index}`] = { description: '' };
  const missing = documentBytes - JSON.stringify(document).length;
  const share = Math.floor(missing / models);
  for (const [index, model] of Object.values<Json>(document.definitions).entries()) {
    model.description = 'x'.repeat(index === 0 ? missing - share * (models - 1) : share);
  }
  return JSON.stringify({ swaggerData: document });
}

describe('the document of an import', () => {
  it('may have 10 MB', async () => {
    const serviceId = await api.createService('large');
    const answer = await api.call('POST', `/services/${serviceId}/resources/import`, bodyOf(LIMIT_BYTES));
    expect(answer.body.header).toMatchObject({ resultCode: 0 });
  });

  it('is refused beyond, and leaves no trace', async () => {
    const serviceId = await api.createService('too large');
    const path = `/services/${serviceId}/resources`;
    expectError(await api.call('POST', `${path}/import`, bodyOf(LIMIT_BYTES + 2048)), 'INVALID_PARAMETER', ['body']);
    expect((await api.ok('GET', path)).resourceList).toHaveLength(1);
  });
});
