import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SnapshotPath } from '../../src/contract/snapshot.js';
import { type RunningGateway, startGateway } from '../../src/gateway/index.js';
import { standardLog } from '../../src/gateway/log.js';
import { DiskCopy } from '../../src/gateway/sync/index.js';
import { contentHash } from '../../src/kernel/canonical-json.js';
import { call } from './support/client.js';
import { startTestGateway, type TestGateway, testSettings } from './support/gateway.js';
import { mockRoute, pathOf, pluginOf, snapshotOf } from './support/snapshots.js';
import { until } from './support/until.js';

const NOBODY = 'http://127.0.0.1:9';
const HOST = 'one.test';
const NOT_FOUND = 404;
/** Enough that they are not all built before the first request. */
const FURTHER = Array.from({ length: 3_000 }, (_, at) => pathOf(`/further/${at}`, [mockRoute('GET', `${at}`)]));

let first: TestGateway;
let log: string[];

beforeEach(async () => {
  log = [];
  first = await startTestGateway();
});
afterEach(() => first.close());

/** Starts a further gateway on the data of the first one, lets it be used, and ends it. */
async function again(url: string, use: (gateway: RunningGateway) => Promise<void>): Promise<void> {
  const gateway = await startGateway(testSettings(url, first.dataDir), (_level, message) => log.push(message));
  try {
    await use(gateway);
  } finally {
    await gateway.close();
  }
}

async function answerOf(gateway: RunningGateway, path: string, method = 'GET'): Promise<[number, string]> {
  const { status, text } = await call(gateway.port, path, { host: HOST, method });
  return [status, status === 200 ? text : ''];
}

const file = (): string => join(first.dataDir, 'gateway', 'stages', 'one.json');

/** Stores a stage as if a gateway had built it. */
async function store(paths: SnapshotPath[]): Promise<ReturnType<typeof snapshotOf>> {
  const snapshot = snapshotOf(paths, { stageId: 'one' });
  const stage = { stageId: 'one', hosts: [HOST], deploymentId: 'deployment1', snapshotHash: contentHash(snapshot) };
  await new DiskCopy(first.dataDir, standardLog).write({ stage, snapshot, origins: new Set() });
  return snapshot;
}

describe('a stage from disk', () => {
  it('answers from the first request on as it did before, whatever is built by then', async () => {
    const paths = [
      ...FURTHER,
      pathOf('/things/{id}', [mockRoute('GET', 'of ${request.path.id}'), mockRoute('PUT', 'put')]),
    ];
    await first.deploy(paths, { stageId: 'one' }, [HOST]);
    await first.stop();
    await again(NOBODY, async (gateway) => {
      for (let round = 0; round < 20; round += 1) {
        expect(await answerOf(gateway, '/things/7', 'PUT')).toEqual([200, 'put']);
        expect(await answerOf(gateway, '/things/7', 'DELETE')).toEqual([NOT_FOUND, '']);
        expect(await answerOf(gateway, `/further/${round * 100}`)).toEqual([200, `${round * 100}`]);
      }
    });
  });

  it('that this version cannot build is never served without its checks, and is left out', async () => {
    await first.stop();
    const locked = pathOf('/locked', [
      mockRoute('GET', 'open', { plugins: [pluginOf('LOCK_OF_ANOTHER_VERSION', {})] }),
    ]);
    await store([...FURTHER, locked]);
    await again(NOBODY, async (gateway) => {
      await until(async () => {
        expect((await answerOf(gateway, '/locked'))[0]).not.toBe(200);
        return (await answerOf(gateway, '/further/1'))[0] === NOT_FOUND;
      });
      expect(log).toContain('a stored stage was left out');
    });
  });

  it('that this version cannot build is not said to be served', async () => {
    await first.stop();
    const locked = pathOf('/locked', [
      mockRoute('GET', 'open', { plugins: [pluginOf('LOCK_OF_ANOTHER_VERSION', {})] }),
    ]);
    const snapshot = await store([...FURTHER, locked]);
    const deploymentId = first.controlPlane.deploy([HOST], snapshot);
    await again(first.controlPlane.url, async () => {
      const { refusal } = await first.controlPlane.receiptOf(deploymentId);
      expect(refusal).toContain('cannot carry out LOCK_OF_ANOTHER_VERSION');
    });
  });

  it.each([1, 2])('in a file of version %i is served, and stored in the present version', async (formatVersion) => {
    await first.deploy([pathOf('/', [mockRoute('GET', 'first')])], { stageId: 'one' }, [HOST]);
    await first.stop();
    const present = await readFile(file(), 'utf8');
    const { stage, snapshot } = JSON.parse(present.split('\n')[0] ?? '');
    const stageHash = formatVersion === 1 ? {} : { stageHash: contentHash(stage) };
    await writeFile(file(), JSON.stringify({ formatVersion, stage, snapshot, ...stageHash }));
    await again(NOBODY, async (gateway) => expect(await answerOf(gateway, '/')).toEqual([200, 'first']));
    await again(first.controlPlane.url, async () => {
      await until(async () => (await readFile(file(), 'utf8')) === present);
    });
    await again(NOBODY, async (gateway) => expect(await answerOf(gateway, '/')).toEqual([200, 'first']));
    expect(log).not.toContain('a stored stage was left out');
  });
});
