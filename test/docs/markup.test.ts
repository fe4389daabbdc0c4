import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { errorCatalog, gatewayFailures } from '../../src/errors/index.js';
import { isAsShown } from './support/expected.js';
import { listDocuments, pathOf, readDocument } from './support/library.js';
import { fenceLanguages, proseOf, shellBlocks } from './support/markdown.js';
import { RUN_DOCUMENTS } from './support/run-documents.js';

/** How many shell blocks of a document are not run; each says why. */
const NOT_RUN: Readonly<Record<string, number>> = {
  'README.md': 1,
  'docs/management-api.md': 2,
  'docs/operations.md': 2,
  'docs/scaling.md': 1,
};

/** Languages of fences; one that is not here could hold commands that nobody runs. */
const LANGUAGES = ['sh', 'json', 'text', 'mermaid', 'ini', 'nginx', ''];

const texts = new Map<string, string>();

beforeAll(async () => {
  for (const file of await listDocuments()) texts.set(file, await readDocument(file));
});

describe('the commands of the documents', () => {
  const blocks = () => Array.from(texts).flatMap(([file, text]) => shellBlocks(file, text));

  it('are run, or say why not', () => {
    const left = blocks().filter(({ runBy }) => runBy === null);
    const notRun = left.filter(({ reason }) => reason !== null);
    const forgotten = left.filter(({ file, reason }) => reason === null && !RUN_DOCUMENTS.includes(file));
    expect(forgotten.map(({ file, line }) => `${file}:${line}`)).toEqual([]);
    const counts = notRun.map(({ file }) => [file, notRun.filter((one) => one.file === file).length]);
    expect(Object.fromEntries(counts)).toEqual(NOT_RUN);
  });

  it('are run by a test that reads their document, where they name one', async () => {
    const named = blocks().filter(({ runBy }) => runBy !== null);
    const tests = await Promise.all(named.map(({ runBy }) => readDocument(runBy ?? '')));
    const strangers = named.filter(({ file }, index) => !tests[index]?.includes(`'${file}'`));
    expect(strangers.map(({ file, line }) => `${file}:${line}`)).toEqual([]);
  });

  it('stand in fences of languages that are known', () => {
    const fences = Array.from(texts).flatMap(([file, text]) =>
      fenceLanguages(text).map(({ language, line }) => ({ language, place: `${file}:${line}` })),
    );
    expect(fences.filter(({ language }) => !LANGUAGES.includes(language))).toEqual([]);
  });
});

describe('the links of the documents', () => {
  it('lead to files and headings that are there', async () => {
    const dead: string[] = [];
    for (const [file, text] of texts) {
      for (const [, target = ''] of proseOf(text).matchAll(/\]\(([^()\s]+)\)/g)) {
        if (!/^[a-z]+:/.test(target) && !(await isThere(file, target))) dead.push(`${file}: ${target}`);
      }
    }
    expect(dead).toEqual([]);
  });
});

async function isThere(from: string, target: string): Promise<boolean> {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? from : normalize(join(dirname(from), path));
  const isFile = await access(pathOf(file)).then(
    () => true,
    () => false,
  );
  if (!isFile || anchor === undefined) return isFile;
  return anchorsOf(await readDocument(file)).has(anchor);
}

/** As GitHub makes them of headings, and those that stand in the text. */
function anchorsOf(text: string): Set<string> {
  const headings = Array.from(text.matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
  const named = Array.from(text.matchAll(/<a id="([^"]+)">/g), ([, id = '']) => id);
  return new Set([...headings, ...named]);
}

describe('the names in the documents', () => {
  it('of errors are codes of the catalogues', () => {
    const codes = new Set<number>(
      [...Object.values(errorCatalog), ...Object.values(gatewayFailures)].map(({ code }) => code),
    );
    const unknown = Array.from(texts).flatMap(([file, text]) =>
      Array.from(text.matchAll(/(?<![\d,.])[45]\d{6}(?:\d{2})?(?![\d,.]\d|\d)/g), ([code]) => ({ file, code })),
    );
    expect(unknown.filter(({ code }) => !codes.has(Number(code)))).toEqual([]);
  });

  it('of settings and values stand in the sources', async () => {
    const sources = await readSources();
    const unknown = Array.from(texts).flatMap(([file, text]) =>
      Array.from(text.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`/g), ([, name = '']) => ({ file, name })),
    );
    expect(unknown).not.toEqual([]);
    expect(unknown.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(sources))).toEqual([]);
  });
});

/** All that names can be of: the sources, the settings, and the commands of the documents, whose variables they explain. */
async function readSources(): Promise<string> {
  const files = (await readdir(pathOf('src'), { recursive: true })).filter((name) => name.endsWith('.ts'));
  const named = [
    '.env.example',
    'prisma/schema.prisma',
    'docs/guides/deploy.sh',
    ...files.map((name) => `src/${name}`),
  ];
  const read = await Promise.all(named.map((name) => readFile(pathOf(name), 'utf8')));
  const commands = Array.from(texts).flatMap(([file, text]) => shellBlocks(file, text).map(({ code }) => code));
  return [...read, ...commands].join('\n');
}

describe('what a document shows as printed', () => {
  const text = (shown: string) => ({ language: 'text', text: `${shown}\n` }) as const;
  const json = (shown: string) => ({ language: 'json', text: shown }) as const;

  it.each([
    ['a\n', text('a'), true],
    ['a\n', text('b'), false],
    ['a\nb\n', text('a'), false],
    ['a (b)\n', text('a (b)'), true],
    ['id 17 of 20\n', text('id … of 20'), true],
    ['id 17\nof 20\n', text('id … of 20'), false],
    ['a\nb\nc\n', text('a\n…\nc'), true],
    ['', null, true],
    ['a\n', null, false],
    ['{"a":1,"b":[1,2]}', json('{ "a": 1, "b": [1, 2] }'), true],
    ['{"a":1,"b":2}', json('{ "a": 1 }'), false],
    ['{"a":1,"b":2}', json('{ "a": 1, "…": "…" }'), true],
    ['{"b":2}', json('{ "a": "…", "…": "…" }'), false],
    ['{"a":"x-1-y"}', json('{ "a": "x-…-y" }'), true],
    ['{"a":["p","q"]}', json('{ "a": ["p"] }'), false],
    ['{"a":["p","q"]}', json('{ "a": ["p", "…"] }'), true],
    ['not json', json('{ "…": "…" }'), false],
  ])('is compared: %j as %j', (printed, shown, isSame) => {
    expect(isAsShown(printed, shown)).toBe(isSame);
  });
});
