import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningGateway, startGateway } from '../../src/gateway/index.js';
import { call } from './support/client.js';
import { accessKeyOf } from './support/access.js';
import { startTestGateway, type TestGateway, testSettings } from './support/gateway.js';
import { mockRoute, pathOf } from './support/snapshots.js';
import { until } from './support/until.js';

const NOBODY = 'http://127.0.0.1:9';
const STAGES = ['one', 'two'];
const NOT_FOUND = '4041007';

type Damage =
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'rubbish'; readonly bytes: Uint8Array }
  | { readonly kind: 'removed' | 'directory' };

/** A share of a file's length. */
const share = fc.double({ min: 0, max: 0.999_999, noNaN: true });
const damages: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: share }),
  fc.record({ kind: fc.constant('flip' as const), at: share, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('rubbish' as const), bytes: fc.uint8Array({ maxLength: 200 }) }),
  fc.record({ kind: fc.constantFrom('removed' as const, 'directory' as const) }),
);

let source: TestGateway;
let files: string[];

beforeAll(async () => {
  source = await startTestGateway();
  source.controlPlane.access.change({ keys: [accessKeyOf('key1', {})] });
  for (const stageId of STAGES) {
    await source.deploy([pathOf('/', [mockRoute('GET', stageId)])], { stageId }, [`${stageId}.test`]);
  }
  await until(async () => (await filesOf(source.dataDir)).some((file) => file.endsWith('access.records')));
  await source.stop();
  files = await filesOf(source.dataDir);
});
afterAll(() => source.close());

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

async function inflict(path: string, damage: Damage): Promise<void> {
  const whole = await readFile(path);
  await rm(path);
  if (damage.kind === 'directory') await mkdir(path);
  if (damage.kind === 'cut') await writeFile(path, whole.subarray(0, Math.floor(damage.at * whole.length)));
  if (damage.kind === 'rubbish') await writeFile(path, damage.bytes);
  if (damage.kind !== 'flip') return;
  const at = Math.floor(damage.at * whole.length);
  if (at < whole.length) whole[at] = (whole[at] ?? 0) ^ (1 << damage.bit);
  await writeFile(path, whole);
}

async function withCopy(use: (dataDir: string) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gateway-damaged-'));
  try {
    await cp(source.dataDir, dataDir, { recursive: true });
    await use(dataDir);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function withGateway(
  dataDir: string,
  url: string,
  use: (gateway: RunningGateway) => Promise<void>,
): Promise<void> {
  const gateway = await startGateway(testSettings(url, dataDir), () => undefined);
  try {
    await use(gateway);
  } finally {
    await gateway.close();
  }
}

async function served(gateway: RunningGateway, stageId: string): Promise<string> {
  const answer = await call(gateway.port, '/', { host: `${stageId}.test` });
  return answer.status === 200 ? answer.text : String(answer.json().header.resultCode);
}

const stageFile = (stageId: string): string => join('gateway', 'stages', `${stageId}.json`);

describe('a damaged copy on disk', () => {
  it('of a stage is not served under a host name that the damage has made', async () => {
    await withCopy(async (dataDir) => {
      const path = join(dataDir, stageFile('one'));
      await writeFile(path, (await readFile(path, 'utf8')).replace('one.test', 'one.tesu'));
      await withGateway(dataDir, NOBODY, async (gateway) => {
        const answer = await call(gateway.port, '/', { host: 'one.tesu' });
        expect(answer.status).toBe(404);
        expect(await served(gateway, 'two')).toBe('two');
      });
    });
  });

  it.each(['id', 'stages', 'usage', 'access.records', 'quotas.records'])(
    'is put right, or done without, where something of another kind lies in the place of %s',
    async (name) => {
      await withCopy(async (dataDir) => {
        const path = join(dataDir, 'gateway', name);
        await rm(path, { recursive: true, force: true });
        if (name === 'stages' || name === 'usage') await writeFile(path, 'rubbish');
        else await mkdir(path);
        await withGateway(dataDir, source.controlPlane.url, async (gateway) => {
          for (const stageId of STAGES) await until(async () => (await served(gateway, stageId)) === stageId);
          expect(await served(gateway, 'one')).toBe('one');
        });
      });
    },
  );

  it('of counts does not hold up the counts behind it', async () => {
    await withCopy(async (dataDir) => {
      const folder = join(dataDir, 'gateway', 'usage');
      await mkdir(join(folder, `${String(Date.now() - 1).padStart(15, '0')}-aaa.json`), { recursive: true });
      const batch = { batchId: 'bbb', counts: [], apiKeyCounts: [] };
      await writeFile(join(folder, `${String(Date.now()).padStart(15, '0')}-bbb.json`), JSON.stringify(batch));
      await withGateway(dataDir, source.controlPlane.url, () =>
        until(() => source.controlPlane.batches.has('bbb')).then(() => undefined),
      );
      expect(source.controlPlane.batches.get('bbb')).toMatchObject(batch);
    });
  });

  it('never makes the gateway serve anything wrong nor keeps whole stages from being served', async () => {
    expect(files).toEqual(expect.arrayContaining(['one', 'two'].map(stageFile)));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), damages, async (file, damage) => {
        await withCopy(async (dataDir) => {
          await inflict(join(dataDir, file), damage);
          await withGateway(dataDir, NOBODY, async (gateway) => {
            for (const stageId of STAGES) {
              const allowed = file === stageFile(stageId) ? [stageId, NOT_FOUND] : [stageId];
              expect(allowed).toContain(await served(gateway, stageId));
            }
          });
          await withGateway(dataDir, source.controlPlane.url, async (gateway) => {
            for (const stageId of STAGES) await until(async () => (await served(gateway, stageId)) === stageId);
          });
          // What was fetched lies on disk again, even where a directory was in its place.
          await withGateway(dataDir, NOBODY, async (gateway) => {
            for (const stageId of STAGES) expect(await served(gateway, stageId)).toBe(stageId);
          });
        });
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
