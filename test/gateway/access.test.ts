import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AccessPage, accessPageSchema } from '../../src/contract/access.js';
import { AccessTable } from '../../src/gateway/access/index.js';
import { RecordLog, RecordWithBytes } from '../../src/gateway/record-log.js';
import { startGateway } from '../../src/gateway/index.js';
import { accessKeyOf, hashKey, hashOf } from './support/access.js';
import { call, STAGE_HOST } from './support/client.js';
import { startTestGateway, type TestGateway, testSettings } from './support/gateway.js';
import { mockRoute, pathOf, pluginOf } from './support/snapshots.js';
import { until } from './support/until.js';

const plans = [{ id: 'plan', requestsPerSecond: null, quota: null }];
const key = (id: string, isActive = true) => accessKeyOf(id, { stage1: 'plan' }, isActive);

let gateway: TestGateway;
const file = () => join(gateway.dataDir, 'gateway', 'access.records');

beforeEach(async () => {
  gateway = await startTestGateway();
  const plugins = [pluginOf('API_KEY', { isActive: true })];
  await gateway.deploy([pathOf('/', [mockRoute('GET', 'in', { plugins })])]);
});
afterEach(() => gateway.close());

/** What a key's request is answered: 200, or the code of the failure. */
async function codeOf(id: string, port = gateway.port): Promise<number> {
  const answer = await call(port, '/', { host: STAGE_HOST, headers: { 'x-nhn-apikey': `${id}-value` } });
  return answer.status === 200 ? 200 : answer.json().header.resultCode;
}

/** Starts a further gateway on the same data, without a control plane, and gives what it answers to keys. */
async function codesFromDisk(...ids: string[]): Promise<number[]> {
  const settings = testSettings('http://127.0.0.1:9', gateway.dataDir);
  const alone = await startGateway(settings, (_level, message) => messages.push(message));
  const codes = await Promise.all(ids.map((id) => codeOf(id, alone.port)));
  await alone.close();
  return codes;
}
const messages: string[] = [];
beforeEach(() => {
  messages.length = 0;
});

/** Waits until the copy on disk ends with the control plane's last page. */
async function untilStored(): Promise<void> {
  const { cursor } = gateway.controlPlane.access;
  await until(async () =>
    (await readFile(file(), 'utf8').catch(() => '')).trimEnd().split('\n').at(-1)?.includes(cursor),
  );
}

describe('the access document', () => {
  it('is followed by its changes, each asked for with where the one before ended', async () => {
    const { access } = gateway.controlPlane;
    access.change({ plans, keys: [key('one')] });
    await until(async () => (await codeOf('one')) === 200);
    access.change({ keys: [key('one', false)] });
    await until(async () => (await codeOf('one')) === 4031011);
    expect([...new Set(access.asked)].slice(0, 3)).toEqual(['', 'begin', 'page1']);
  });

  it('takes the place of the one before when it begins anew, and not before it is whole', async () => {
    const { access } = gateway.controlPlane;
    access.change({ plans, keys: [key('old')] });
    await until(async () => (await codeOf('old')) === 200);
    access.change({ removed: [] });
    access.setWhole([{ plans }, { keys: [key('new')] }, {}]);
    await gateway.stop();
    await rm(file());
    const again = await startGateway(testSettings(gateway.controlPlane.url, gateway.dataDir), () => undefined);
    await until(async () => (await codeOf('new', again.port)) === 200);
    expect(await codeOf('old', again.port)).toBe(4031012);
    await again.close();
  });

  it('is asked for whole when a page does not fit, and what holds goes on holding', async () => {
    const { access } = gateway.controlPlane;
    access.change({ plans, keys: [key('one')] });
    await until(async () => (await codeOf('one')) === 200);
    access.change({ keys: [{ id: 7 } as unknown as ReturnType<typeof key>] });
    await until(() => gateway.log.some(({ message }) => message === 'could not follow the access document'));
    expect(await codeOf('one')).toBe(200);
  });
});

describe('its copy on disk', () => {
  it('is served without a control plane', async () => {
    const { access } = gateway.controlPlane;
    access.change({ plans, keys: [key('one'), key('two')] });
    await until(async () => (await codeOf('two')) === 200);
    access.change({ keys: [key('two', false)] });
    access.change({ removed: [{ kind: 'KEY', id: 'one' }], keys: [key('three')] });
    await until(async () => (await codeOf('three')) === 200);
    await untilStored();
    expect(await codesFromDisk('one', 'two', 'three')).toEqual([4031012, 4031011, 200]);
  });

  it('is followed on from where it ended', async () => {
    const { access } = gateway.controlPlane;
    access.change({ plans, keys: [key('one')] });
    await until(async () => (await codeOf('one')) === 200);
    await untilStored();
    await gateway.stop();
    access.asked.length = 0;
    access.change({ keys: [key('two')] });
    const again = await startGateway(testSettings(gateway.controlPlane.url, gateway.dataDir), () => undefined);
    await until(async () => (await codeOf('two', again.port)) === 200);
    expect(access.asked[0]).toBe('page1');
    await again.close();
  });

  it('holds no key and is read by nobody else', async () => {
    gateway.controlPlane.access.change({ plans, keys: [key('one')] });
    await untilStored();
    expect(await readFile(file(), 'utf8')).not.toContain('one-value');
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it('grows by a change and not by the document', async () => {
    const { access } = gateway.controlPlane;
    access.change({ plans, keys: Array.from({ length: 1000 }, (_, at) => key(`key ${at}`)) });
    await untilStored();
    const before = (await stat(file())).size;
    access.change({ keys: [key('key 7', false)] });
    await untilStored();
    expect((await stat(file())).size - before).toBeLessThan(1000);
  });

  it('is written anew when the changes outgrow the document', async () => {
    const { access } = gateway.controlPlane;
    const keys = Array.from({ length: 1000 }, (_, at) => key(`key ${at}`));
    for (let round = 0; round < 12; round += 1) {
      access.change({ plans, keys });
      await untilStored();
    }
    access.change({ keys: [key('last')] });
    await until(async () => (await codeOf('last')) === 200);
    await gateway.stop();
    expect((await stat(file())).size).toBeLessThan(1_600_000);
    expect(await codesFromDisk('last', 'key 999')).toEqual([200, 200]);
  });

  it('is written anew when a gateway ends that has taken many changes', async () => {
    const keys = Array.from({ length: 1000 }, (_, at) => key(`key ${at}`));
    gateway.controlPlane.access.change({ plans, keys });
    await untilStored();
    expect(await readFile(file(), 'latin1')).not.toContain('packedKeysVersion');
    await gateway.stop();
    expect(await readFile(file(), 'latin1')).toContain('packedKeysVersion');
    expect(await codesFromDisk('key 0', 'key 999')).toEqual([200, 200]);
  });

  it('loses its last change when a crash has cut that off, and nothing else', async () => {
    const { access } = gateway.controlPlane;
    access.change({ plans, keys: [key('one')] });
    await untilStored();
    access.change({ keys: [key('two')] });
    await untilStored();
    await gateway.stop();
    const whole = await readFile(file());
    await writeFile(file(), whole.subarray(0, -9));
    expect(await codesFromDisk('one', 'two')).toEqual([200, 4031012]);
    expect(messages).not.toContain('the stored access document was left out');
    const again = await startGateway(testSettings(gateway.controlPlane.url, gateway.dataDir), () => undefined);
    await until(async () => (await codeOf('two', again.port)) === 200);
    await again.close();
    expect(await codesFromDisk('one', 'two')).toEqual([200, 200]);
  });

  it('is left out as a whole where it is damaged, and then fetched again', async () => {
    const { access } = gateway.controlPlane;
    access.change({ plans, keys: [key('one')] });
    access.change({ keys: [key('two')] });
    await untilStored();
    await gateway.stop();
    const whole = await readFile(file(), 'utf8');
    for (const damaged of [
      whole.replace('"isActive":true', '"isActive":trUe'),
      `nothing\n${whole}`,
      whole.slice(whole.indexOf('\n') + 1),
      '\0\0\0\n\0\n',
    ]) {
      await writeFile(file(), damaged);
      expect(await codesFromDisk('one')).toEqual([500_000_000]);
      expect(messages).toContain('the stored access document was left out');
    }
    const again = await startGateway(testSettings(gateway.controlPlane.url, gateway.dataDir), () => undefined);
    access.setWhole([{ plans, keys: [key('one'), key('two')] }]);
    await until(async () => (await codeOf('one', again.port)) === 200);
    await again.close();
  });

  it('is read as well where an earlier version has written its keys as JSON', async () => {
    gateway.controlPlane.access.change({ plans, keys: [key('one')] });
    await untilStored();
    await gateway.stop();
    const records = new RecordLog(file());
    const frame = { startsAnew: false, isComplete: false };
    const parts = [
      { ...frame, startsAnew: true },
      { ...frame, plans, keys: [key('two')] },
      { ...frame, keys: [key('three')] },
    ];
    await records.rewrite([...parts, { ...frame, isComplete: true }].map(pageOf));
    await records.append([pageOf({ keys: [key('three', false)] })]);
    await records.close();
    const codes = [4031012, 200, 4031011];
    expect(await codesFromDisk('one', 'two', 'three')).toEqual(codes);
    expect(await readFile(file(), 'latin1')).toContain('"packedKeysVersion":1');
    expect(await codesFromDisk('one', 'two', 'three')).toEqual(codes);
  });

  it('is fetched anew where keys are packed in a way that this version does not know', async () => {
    const { access } = gateway.controlPlane;
    access.setWhole([{ plans, keys: [key('one')] }]);
    await gateway.stop();
    await rm(file(), { force: true });
    const again = await startGateway(testSettings(gateway.controlPlane.url, gateway.dataDir), () => undefined);
    await until(async () => (await codeOf('one', again.port)) === 200);
    await again.close();
    const records = new RecordLog(file());
    const pages: unknown[] = [];
    await records.read((page, packed) => pages.push(packed ? new RecordWithBytes(nextVersion(page), packed) : page));
    await records.rewrite(pages);
    await records.close();
    expect(await codesFromDisk('one')).toEqual([500_000_000]);
    expect(messages).toContain('the stored access document was left out');
  });

  it('that cannot be written does not keep a change from holding', async () => {
    await rm(join(gateway.dataDir, 'gateway'), { recursive: true });
    await writeFile(join(gateway.dataDir, 'gateway'), 'no folder');
    gateway.controlPlane.access.change({ plans, keys: [key('one')] });
    await until(async () => (await codeOf('one')) === 200);
    await until(() => gateway.log.some(({ message }) => message === 'the access document could not be stored'));
    expect(await codeOf('one')).toBe(200);
  });
});

describe('without an access document', () => {
  it('a gateway is not ready, and neither lets keys in nor calls them invalid', async () => {
    await gateway.stop();
    await rm(file(), { force: true });
    const alone = await startGateway(testSettings('http://127.0.0.1:9', gateway.dataDir), () => undefined);
    expect((await call(alone.port, '/health/ready', { host: 'x' })).status).toBe(503);
    expect(await codeOf('one', alone.port)).toBe(500_000_000);
    await alone.close();
  });
});

describe('a table', () => {
  const ids = fc.constantFrom('a', 'b', 'c', 'd');
  const content = fc.record({
    keys: fc.array(fc.tuple(ids, fc.boolean(), fc.constantFrom('1', '2', '3')), { maxLength: 3 }),
    removed: fc.array(ids, { maxLength: 2 }),
  });

  it('knows after any changes what a map of them would, and so does one that reads its pages', () => {
    fc.assert(
      fc.property(fc.array(content, { maxLength: 20 }), (changes) => {
        const table = new AccessTable();
        const model = new Map<string, { hashes: string[]; isActive: boolean }>();
        for (const [at, { keys, removed }] of changes.entries()) {
          const entries = keys.map(([id, isActive, version]) => ({
            ...key(id, isActive),
            hashes: [hashOf(`${id}${version}`), hashOf(`${id}second`)],
          }));
          table.apply(pageOf({ keys: entries, removed: removed.map((id) => ({ kind: 'KEY', id })), cursor: `${at}` }));
          for (const id of removed) model.delete(id);
          for (const entry of entries) model.set(entry.id, entry);
        }
        const copy = new AccessTable();
        for (const { page, packedKeys } of table.pages()) {
          copy.apply(accessPageSchema.parse(JSON.parse(JSON.stringify(page))), packedKeys && Buffer.from(packedKeys));
        }
        for (const one of [table, copy]) {
          for (const id of ['a', 'b', 'c', 'd']) {
            for (const version of ['1', '2', '3', 'second']) {
              const known = model.get(id);
              const expected = known?.hashes.includes(hashOf(`${id}${version}`)) ? known.isActive : undefined;
              expect(one.findKey(`${id}${version}`)?.isActive).toBe(expected);
            }
          }
          expect([one.size, one.cursor]).toEqual([model.size, table.cursor]);
        }
      }),
    );
  });
});

/** A page of packed keys as a later version might write it. */
function nextVersion(page: unknown): unknown {
  const { packedKeysVersion, ...rest } = page as { packedKeysVersion: number };
  return { ...rest, packedKeysVersion: packedKeysVersion + 1 };
}

function pageOf(parts: Partial<AccessPage>): AccessPage {
  const empty = { plans: [], policies: [], policyValues: [], keys: [], removed: [] };
  const frame = { cursor: '', startsAnew: false, isComplete: true, hashKey };
  return { ...frame, ...empty, ...parts };
}
