import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';

const KERNEL = fileURLToPath(new URL('../../src/kernel/', import.meta.url));
const SOURCE = `
import { nameSourcesInStacks } from '${KERNEL}stack-traces.ts';

interface OnlyInTheSource { readonly lines: number }

class Thing {
  fail(): never {
    throw new TypeError('it is broken');
  }
}

nameSourcesInStacks();
const nothing: OnlyInTheSource = Object.create(null);
Error.captureStackTrace(nothing);
console.log((nothing as unknown as Error).stack);
try {
  new Thing().fail();
} catch (error) {
  console.log((error as Error).stack);
}
[1].map(() => console.log(new Error('in a list').stack));
try {
  new URL('');
} catch (error) {
  console.log((error as Error).stack);
}
`;

let folder: string;
let program: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatewright-stacks-'));
  program = join(folder, 'dist/broken.mjs');
  const source = join(folder, 'broken.ts');
  await writeFile(source, SOURCE);
  const bundled = { bundle: true, format: 'esm', platform: 'node', sourcemap: true, sourcesContent: false } as const;
  await build({ ...bundled, entryPoints: [source], outfile: program });
});

afterEach(() => rm(folder, { recursive: true }));

async function printed(): Promise<string> {
  return (await promisify(execFile)(process.execPath, [program])).stdout;
}

describe('the stack of an error of a program that was put into one file', () => {
  it('names the lines of the sources', async () => {
    const [ofNothing, ofThing, ofList, ofNode] = (await printed())
      .split(/\n(?! {4}at )/)
      .map((stack) => stack.split('\n'));
    expect(ofNothing?.slice(0, 2)).toEqual(['Error', `    at ${folder}/broken.ts:14:7`]);
    expect(ofThing?.slice(0, 3)).toEqual([
      'TypeError: it is broken',
      `    at Thing.fail (${folder}/broken.ts:8:11)`,
      `    at ${folder}/broken.ts:17:15`,
    ]);
    expect(ofList?.slice(0, 4)).toEqual([
      'Error: in a list',
      `    at ${folder}/broken.ts:21:27`,
      '    at Array.map (<anonymous>)',
      `    at ${folder}/broken.ts:21:5`,
    ]);
    expect(ofNode?.[0]).toBe('TypeError [ERR_INVALID_URL]: Invalid URL');
    expect(ofNode).toContain(`    at ${folder}/broken.ts:23:3`);
  });

  it.each([
    ['is not there', () => rm(`${program}.map`)],
    ['is damaged', () => writeFile(`${program}.map`, '{"version":3,')],
  ])('names the lines of that file when its map %s', async (_, spoil) => {
    await spoil();
    expect(await printed()).toMatch(
      /^TypeError: it is broken\n {4}at Thing\.fail \(file:\/\/.*\/broken\.mjs:\d+:\d+\)$/m,
    );
  });
});
