import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { RecentSnapshots, type SnapshotTexts } from '../../src/modules/routers/recent-snapshots.js';

const MEGABYTE = 1024 * 1024;
const textsOf = (length: number): SnapshotTexts => ({ frame: '{}', paths: ['x'.repeat(length)] });
const unread = (): Promise<SnapshotTexts> => Promise.reject(new Error('read'));

describe('snapshots that are kept', () => {
  it('are read once for all who ask at the same time', async () => {
    const recent = new RecentSnapshots();
    let count = 0;
    const read = async (): Promise<SnapshotTexts> => {
      count += 1;
      return textsOf(1);
    };
    await Promise.all([recent.get('one', read), recent.get('one', read), recent.get('one', read)]);
    expect(count).toBe(1);
  });

  it('are read again after they could not be', async () => {
    const recent = new RecentSnapshots();
    await expect(recent.get('one', unread)).rejects.toThrow('read');
    await new Promise(setImmediate);
    expect(await recent.get('one', () => Promise.resolve(textsOf(2)))).toEqual(textsOf(2));
  });

  it('take no more room than 8 MB: those that were used longest ago go', async () => {
    const recent = new RecentSnapshots();
    for (const id of ['one', 'two', 'three']) recent.keep(id, textsOf(2.5 * MEGABYTE));
    await new Promise(setImmediate);
    await recent.get('one', unread);
    recent.keep('four', textsOf(2.5 * MEGABYTE));
    await new Promise(setImmediate);
    await expect(recent.get('two', unread)).rejects.toThrow('read');
    for (const id of ['one', 'three', 'four']) expect((await recent.get(id, unread)).frame).toBe('{}');
  });

  it('of one stage share the paths that they have in common', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const heapBytes = (): number => {
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const recent = new RecentSnapshots();
    // Texts of their own, as JSON.stringify makes them for each deployment.
    const pathsOf = () =>
      Array.from({ length: 1000 }, (_, at) => JSON.stringify({ path: `/${at}`, text: 'x'.repeat(1000) }));
    const before = heapBytes();
    for (let count = 0; count < 7; count += 1) {
      recent.keep(`deployment ${count}`, { frame: '{}', paths: pathsOf() });
      await new Promise(setImmediate);
    }
    expect(heapBytes() - before).toBeLessThan(3 * MEGABYTE);
    for (let count = 0; count < 7; count += 1) {
      expect(await recent.get(`deployment ${count}`, unread)).toEqual({ frame: '{}', paths: pathsOf() });
    }
  });
});
