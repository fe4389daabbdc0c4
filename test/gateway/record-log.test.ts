import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DamagedLog, RecordLog, RecordWithBytes } from '../../src/gateway/record-log.js';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-records-'));
  path = join(folder, 'some.records');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(): Promise<[unknown, string | null][]> {
  const records: [unknown, string | null][] = [];
  await new RecordLog(path).read((record, bytes) => records.push([record, bytes && bytes.toString('latin1')]));
  return records;
}

describe('records with bytes', () => {
  const bytes = Buffer.from('any\nbytes\0 +7 {}\n\xff', 'latin1');
  const expected = [
    [{ at: 1 }, null],
    [{ at: 2 }, bytes.toString('latin1')],
    [{ at: 3 }, null],
  ];

  beforeEach(async () => {
    const log = new RecordLog(path);
    await log.rewrite([{ at: 1 }, new RecordWithBytes({ at: 2 }, bytes), { at: 3 }]);
    await log.close();
  });

  it('are read as they were written, among plain ones', async () => {
    expect(await read()).toEqual(expected);
  });

  it('can be followed by further records', async () => {
    const log = new RecordLog(path);
    await log.read(() => undefined);
    await log.append([{ at: 4 }]);
    await log.close();
    expect(await read()).toEqual([...expected, [{ at: 4 }, null]]);
  });

  it('are never read otherwise than they were written, whichever byte is damaged', async () => {
    const whole = await readFile(path);
    const lastStart = whole.lastIndexOf('\n', -2) + 1;
    for (let at = 0; at < lastStart; at += 1) {
      for (const bit of [0, 2, 4, 6]) {
        const damaged = Buffer.from(whole);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
        await writeFile(path, damaged);
        await expect(read()).rejects.toThrow(DamagedLog);
      }
    }
  });

  it('that were cut off are damage and not the end', async () => {
    const whole = await readFile(path);
    const start = whole.indexOf('\n') + 1;
    const end = whole.lastIndexOf('\n', -2);
    for (let length = whole.indexOf('\n', start) + 1; length < end; length += 1) {
      await writeFile(path, whole.subarray(0, length));
      await expect(read()).rejects.toThrow(DamagedLog);
    }
  });
});
