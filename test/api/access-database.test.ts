import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorCatalog } from '../../src/errors/index.js';
import { administratorKey } from '../harness/administrator-key.js';
import type { Api, Json } from '../harness/api.js';
import { fetchDeclared } from '../harness/declared-errors.js';
import { type ApiOperation, listOperations, pathOf, pathParameters } from '../harness/operations.js';
import { type OwnPostgres, startOwnPostgres } from '../harness/own-postgres.js';
import { launchStack, type PrivateStack } from '../harness/stack.js';
import { asAdministrator } from '../harness/users.js';

const POLL_INTERVAL_MS = 100;
const { code: DATABASE_FAILED } = errorCatalog.DATABASE_FAILED;

let postgres: OwnPostgres;
let stack: PrivateStack;
let api: Api;
let admin: Api;
let operations: ApiOperation[];

beforeAll(async () => {
  postgres = await startOwnPostgres();
  stack = await launchStack(postgres.url, { gateways: 0 });
  api = await stack.newProject(0);
  admin = await asAdministrator(stack);
  operations = await listOperations(stack.address.controlUrl);
});

afterAll(async () => {
  await stack.stop();
  await postgres.end();
});

/** Calls an operation as somebody who may, with ids of nothing, and gives the code and the status. */
async function answerOf(operation: ApiOperation): Promise<[number, number]> {
  const ids = Object.fromEntries(pathParameters(operation).map((name) => [name, 'nothing']));
  const path = pathOf(operation, { ...ids, appKey: api.appKey }) + operation.exampleQuery;
  if (operation.access === 'accessKey') return tokenAnswerOf(path);
  const client = operation.access === 'appKey' ? api : api.withToken(admin.token ?? '');
  const answer = await client.callPath(operation.method, path, operation.exampleBody, operation.bodyType);
  return [answer.body.header?.resultCode ?? 0, answer.status];
}

async function tokenAnswerOf(path: string): Promise<[number, number]> {
  const basic = Buffer.from(`${administratorKey.id}:${administratorKey.secret}`).toString('base64');
  const { body, status } = await fetchDeclared(stack.address.controlUrl, path, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', token: 'x' }),
  });
  return [body.header?.resultCode ?? 0, status];
}

describe('while the database is away', () => {
  it('every operation answers DB Query fail, those without it go on, and all is well again by itself', async () => {
    const needing = operations.filter(({ codes }) => codes.has(DATABASE_FAILED));
    const others = operations.filter(({ codes }) => !codes.has(DATABASE_FAILED));
    expect(others.map(({ id }) => id)).toEqual(['listErrorCodes', 'listErrorCodesV2']);

    await postgres.whileAway(async () => {
      const answers: Json[] = [];
      for (const operation of needing) answers.push([operation.id, ...(await answerOf(operation))]);
      expect(answers).toEqual(needing.map(({ id }) => [id, DATABASE_FAILED, 500]));
      for (const operation of others) expect(await answerOf(operation)).toEqual([0, 200]);
    });
    while ((await fetch(`${stack.address.controlUrl}/health/ready`)).status !== 200) await delay(POLL_INTERVAL_MS);
    const reading = needing.filter(({ method }) => method === 'GET');
    const after: Json[] = [];
    for (const operation of reading) after.push([operation.id, (await answerOf(operation))[0] === DATABASE_FAILED]);
    expect(after).toEqual(reading.map(({ id }) => [id, false]));
    const serviceId = await api.createService('written again');
    const { apigwServiceList } = await api.ok('GET', '/services');
    expect(apigwServiceList.map((one: Json) => one.apigwServiceId)).toEqual([serviceId]);
  });
});
