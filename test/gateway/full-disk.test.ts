import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunningGateway, startGateway } from '../../src/gateway/index.js';
import { makeSmallDisk, type SmallDisk } from '../harness/small-disk.js';
import { call } from './support/client.js';
import { TestControlPlane } from './support/control-plane.js';
import { testSettings } from './support/gateway.js';
import { mockRoute, pathOf, snapshotOf } from './support/snapshots.js';
import { until } from './support/until.js';

const HOST = 'one.test';
const SIZE = '256k';
/** Not everybody may mount a file system; where nobody may, the tests say that they are skipped. */
const probe = await makeSmallDisk(SIZE);
await probe?.remove();
const describeWithDisk = probe ? describe : describe.skip;

let disk: SmallDisk;
let dataDir: string;
let controlPlane: TestControlPlane;
let log: string[];

const start = (url = controlPlane.url): Promise<RunningGateway> =>
  startGateway(testSettings(url, dataDir), (_level, message) => log.push(message));

async function deploy(body: string): Promise<void> {
  const snapshot = snapshotOf([pathOf('/', [mockRoute('GET', body)])], { stageId: 'one' });
  const receipt = await controlPlane.receiptOf(controlPlane.deploy([HOST], snapshot));
  if (receipt.refusal !== null) throw new Error(receipt.refusal);
}

const served = async (gateway: RunningGateway): Promise<string> => (await call(gateway.port, '/', { host: HOST })).text;

async function storedText(): Promise<string> {
  return readFile(join(dataDir, 'gateway', 'stages', 'one.json'), 'utf8');
}

describeWithDisk('a full disk', () => {
  beforeEach(async () => {
    disk = (await makeSmallDisk(SIZE)) as SmallDisk;
    dataDir = disk.path;
    controlPlane = new TestControlPlane();
    await controlPlane.listen();
    log = [];
  });
  afterEach(async () => {
    await controlPlane.close();
    await disk.remove();
  });

  it('keeps no deployment from being served, and the old copy stays whole until there is room', async () => {
    const gateway = await start();
    await deploy('first');
    await until(() =>
      storedText().then(
        (text) => text.includes('first'),
        () => false,
      ),
    );
    await disk.fill();
    const large = 'second'.repeat(2000);
    await deploy(large);
    expect(await served(gateway)).toBe(large);
    await until(() => log.includes('a stage could not be stored'));
    expect(JSON.parse((await storedText()).split('\n')[0] ?? '').snapshot.paths[0].routes[0].backend.body).toBe(
      'first',
    );

    await disk.clear();
    await until(() => storedText().then((text) => text.includes(large)));
    await gateway.close();
    const alone = await start('http://127.0.0.1:9');
    expect(await served(alone)).toBe(large);
    await alone.close();
  });

  it('lets a gateway start, serve deployments, and store them when there is room', async () => {
    await disk.fill();
    const gateway = await start();
    const large = 'first'.repeat(2000);
    await deploy(large);
    expect(await served(gateway)).toBe(large);
    await until(() => log.includes('a stage could not be stored'));
    await disk.clear();
    await until(() =>
      storedText().then(
        (text) => text.includes(large),
        () => false,
      ),
    );
    await until(() => controlPlane.batches.size > 0);
    await gateway.close();
    expect(await readdir(join(dataDir, 'gateway', 'stages'))).toEqual(['one.json']);
  });

  it('is said once, not with every try to write', async () => {
    const gateway = await start();
    await disk.fill();
    await deploy('first'.repeat(2000));
    await deploy('second'.repeat(2000));
    await deploy('third'.repeat(2000));
    await gateway.close();
    expect(log.filter((message) => message === 'a stage could not be stored')).toHaveLength(1);
  });
});
