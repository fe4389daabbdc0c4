import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { YAMLParseError } from 'yaml';
import type { Api, Json } from '../harness/api.js';
import { CORPUS, hasCorpus, readCorpusDocument, readCorpusText } from '../harness/corpus.js';
import { type Stack, useStack } from '../harness/stack.js';
import { mockMethod } from '../resources/trees.js';

const files = hasCorpus
  ? readdirSync(CORPUS)
      .filter((name) => /\.(json|yaml)$/.test(name))
      .toSorted()
  : [];

let stack: Stack;
let api: Api;
/** The path of the service's resources. */
let resources: string;

beforeAll(async () => {
  stack = await useStack();
  api = await stack.newProject();
  resources = `/services/${await api.createService()}/resources`;
  await api.ok('POST', resources, {
    resourcePathList: [{ path: '/first', methodList: [mockMethod('GET')] }],
  });
});

const list = async (): Promise<Json[]> => (await api.ok('GET', resources)).resourceList;

/** What a client sends of a file: the document, or the text of one that is no YAML. */
async function readToSend(name: string): Promise<object | string> {
  try {
    return await readCorpusDocument(name);
  } catch (error) {
    if (error instanceof YAMLParseError) return readCorpusText(name);
    throw error;
  }
}

/** Demands that the resources are those that the report speaks of, and that it leaves no operation out. */
async function expectImported({ operationList, importedCount, skippedCount, methodCount }: Json): Promise<void> {
  expect((await list()).filter(({ methodType }) => methodType !== null)).toHaveLength(methodCount);
  expect(importedCount + skippedCount).toBe(operationList.length);
}

/** Demands that the document, imported once more, would change nothing. */
async function expectSame(document: object | string, importReport: Json): Promise<void> {
  const again = await api.ok('POST', `${resources}/import?dryRun=true`, { swaggerData: document });
  expect(again.importReport).toEqual(importReport);
  expect(again.difference).toEqual({
    added: [],
    removed: [],
    changed: [],
    models: { added: [], removed: [], changed: [] },
  });
}

/** Demands a reason and that the resources are as before. */
async function expectRefused({ errorList }: Json, before: Json[]): Promise<void> {
  expect(errorList.length).toBeGreaterThan(0);
  expect(await list()).toEqual(before);
}

/** The real Swagger files; without them on this machine there is nothing to send. */
(hasCorpus ? describe : describe.skip)('a real Swagger file', () => {
  it.each(hasCorpus ? files : ['none'])('%s is imported or refused as a whole, with a reason', async (name) => {
    const before = await list();
    const swaggerData = await readToSend(name);
    const { status, body } = await api.call('POST', `${resources}/import`, { swaggerData });
    expect(status).toBeLessThan(500);
    if (status !== 200) return expectRefused(body, before);
    await expectImported(body.importReport);
    await expectSame(swaggerData, body.importReport);
  });
});
