import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorCatalog } from '../../../src/errors/index.js';
import type { Api, Json } from '../../harness/api.js';
import { mockDocument } from '../../harness/documents.js';
import { type OwnPostgres, startOwnPostgres } from '../../harness/own-postgres.js';
import { launchStack, type PrivateStack } from '../../harness/stack.js';

const { code: DATABASE_FAILED } = errorCatalog.DATABASE_FAILED;
const WRITERS = 8;
const READERS = 4;
const FROZEN_MS = 30_000;
/** Within this time every call is answered, whatever the database does. */
const ANSWER_LIMIT_MS = 15_000;
const PAGE_LIMIT = 1000;

let postgres: OwnPostgres;
let stack: PrivateStack;
let api: Api;
let host: string;

beforeAll(async () => {
  postgres = await startOwnPostgres();
  stack = await launchStack(postgres.url, {});
  api = await stack.newProject();
  const serviceId = await api.createService();
  await api.importSwagger(serviceId, mockDocument());
  const stage = await api.createStage(serviceId, 'http://127.0.0.1');
  host = stage.stageUrl;
  await api.deploy(serviceId, stage.stageId);
});

afterAll(async () => {
  await stack.stop();
  await postgres.end();
});

/** What clients have seen while something was done. */
interface Seen {
  /** Names of the usage plans whose creation was answered with success. */
  readonly written: string[];
  readonly codes: Set<number>;
  readonly longestMs: number;
  /** Statuses of the gateway's answers. */
  readonly served: Set<number>;
  readonly servedCount: number;
}

/** Has clients write, read and call the gateway without a pause while `run` runs. */
async function underLoad(label: string, run: () => Promise<void>): Promise<Seen> {
  const written: string[] = [];
  const codes = new Set<number>();
  const served = new Set<number>();
  let [longestMs, servedCount, isOver] = [0, 0, false];
  const timed = async (call: () => Promise<{ body: Json }>): Promise<number> => {
    const startedAt = performance.now();
    const { body } = await call();
    longestMs = Math.max(longestMs, performance.now() - startedAt);
    codes.add(body.header.resultCode);
    return body.header.resultCode;
  };
  const write = async (writer: number): Promise<void> => {
    for (let count = 0; !isOver; count += 1) {
      const usagePlanName = `${label} ${writer} ${count}`;
      if ((await timed(() => api.call('POST', '/usage-plans', { usagePlanName }))) === 0) written.push(usagePlanName);
    }
  };
  const read = async (): Promise<void> => {
    while (!isOver) await timed(() => api.call('GET', '/services'));
  };
  const serve = async (): Promise<void> => {
    for (; !isOver; servedCount += 1) {
      served.add((await api.request(host, 'GET', '/hello')).status);
      await delay(5);
    }
  };
  const clients = [
    ...Array.from({ length: WRITERS }, (_unused, writer) => write(writer)),
    ...Array.from({ length: READERS }, read),
    serve(),
  ];
  await run();
  isOver = true;
  await Promise.all(clients);
  return { written, codes, longestMs, served, servedCount };
}

async function storedPlans(): Promise<Set<string>> {
  const names = new Set<string>();
  for (let page = 1; ; page += 1) {
    const { usagePlanList } = await api.ok('GET', `/usage-plans?page=${page}&limit=${PAGE_LIMIT}`);
    for (const { usagePlanName } of usagePlanList) names.add(usagePlanName);
    if (usagePlanList.length < PAGE_LIMIT) return names;
  }
}

async function untilWritable(): Promise<void> {
  while ((await api.call('POST', '/usage-plans', { usagePlanName: 'again' })).status !== 200) await delay(50);
}

/** Demands that everything was answered in time, nothing lost, and the gateway never noticed. */
async function expectUnharmed({ written, codes, longestMs, served, servedCount }: Seen): Promise<void> {
  expect(codes).toEqual(new Set([0, DATABASE_FAILED]));
  expect(longestMs).toBeLessThan(ANSWER_LIMIT_MS);
  const stored = await storedPlans();
  expect(written.filter((name) => !stored.has(name))).toEqual([]);
  expect(written.length).toBeGreaterThan(0);
  expect([[...served], servedCount > 20]).toEqual([[200], true]);
}

describe('a database that', () => {
  it('is restarted under load, three times, loses no write that was answered, and is used again by itself', async () => {
    for (let round = 1; round <= 3; round += 1) {
      const seen = await underLoad(`restart ${round}`, async () => {
        await delay(500);
        await postgres.restart();
        await untilWritable();
        await delay(500);
      });
      await expectUnharmed(seen);
    }
  });

  it('hangs for 30 seconds under load has calls refused in bounded time, loses no write, and is used again', async () => {
    const seen = await underLoad('freeze', async () => {
      await delay(500);
      await postgres.whileFrozen(() => delay(FROZEN_MS));
      await untilWritable();
      await delay(500);
    });
    await expectUnharmed(seen);
  }, 120_000);
});
