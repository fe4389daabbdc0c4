import { fileURLToPath } from 'node:url';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ReaderLimits, SwaggerReader } from '../../src/modules/resources/import/swagger-reader.js';
import { contentOf } from '../../src/modules/resources/rules/content-pages.js';
import { bodyOf, documentOf, USUAL_OPTIONS } from './documents.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The reader's thread runs compiled code. */
const COMPILED = `${ROOT}dist/modules/resources/import/swagger-reader.js`;

let reader: SwaggerReader | null = null;

async function startReader(limits?: ReaderLimits): Promise<SwaggerReader> {
  const compiled = (await import(COMPILED)) as { SwaggerReader: typeof SwaggerReader };
  reader = new compiled.SwaggerReader(limits);
  return reader;
}

const small = () => bodyOf(documentOf({ '/pets': { get: {} } }));

function largeBody(): Buffer {
  const item = { get: {}, put: {}, post: {}, delete: {} };
  const definitions = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [`M${index}`, { description: 'x'.repeat(15_000) }]),
  );
  return bodyOf(
    documentOf(Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`/p${index}`, item])), { definitions }),
  );
}

describe('reading a document in a thread of its own', () => {
  afterEach(async () => {
    await reader?.onApplicationShutdown();
    reader = null;
  });

  it('gives what is stored, and what its caller is told', async () => {
    const { pages, report } = await (await startReader()).read(small(), USUAL_OPTIONS);
    const { resources, models } = contentOf(pages);
    expect(resources.map(({ path, method }) => [path, method?.type])).toEqual([
      ['/', undefined],
      ['/pets', undefined],
      ['/pets', 'GET'],
    ]);
    expect(models).toEqual([]);
    expect(report).toMatchObject({ importedCount: 1, pathCount: 2, methodCount: 1, modelCount: 0 });
  });

  it('compares what was read', async () => {
    const own = await startReader();
    const read = (path: string) => own.read(bodyOf(documentOf({ [path]: { get: {} } })), USUAL_OPTIONS);
    const [before, after] = await Promise.all([read('/pets'), read('/shops')]);
    const { added, removed } = await own.compare(before.pages, after.pages);
    expect(added.map(({ path }) => path)).toEqual(['/shops', '/shops']);
    expect(removed.map(({ path }) => path)).toEqual(['/pets', '/pets']);
  });

  it('hands pages over instead of copying them', async () => {
    const own = await startReader();
    const [before, after] = [await own.read(small(), USUAL_OPTIONS), await own.read(small(), USUAL_OPTIONS)];
    await own.compare(before.pages, after.pages);
    expect([...before.pages.resources, ...after.pages.resources].map(({ length }) => length)).toEqual([0, 0]);
  });

  it('throws the error of a refused document with its details', async () => {
    const reading = (await startReader()).read(bodyOf(documentOf({ pets: {} })), USUAL_OPTIONS);
    const details = [{ property: 'swaggerData', field: '/paths/pets', message: 'must start with /' }];
    await expect(reading).rejects.toMatchObject({ name: 'AppError', key: 'PATH_INVALID', code: 400102006, details });
  });

  it('leaves the calling thread free', async () => {
    let isRead = false;
    let turns = 0;
    const reading = (await startReader())
      .read(largeBody(), { ...USUAL_OPTIONS, maxMethods: 1000 })
      .finally(() => (isRead = true));
    for (; !isRead; turns += 1) await setImmediate();
    expect((await reading).report.methodCount).toBe(1000);
    expect(turns).toBeGreaterThan(100);
  });

  it('takes a large body over instead of copying it', async () => {
    const body = new Uint8Array(largeBody());
    await (await startReader()).read(body, { ...USUAL_OPTIONS, maxMethods: 1000 });
    expect(body.byteLength).toBe(0);
  });

  it('reads bytes that share their memory with others, and leaves those alone', async () => {
    const shared = Buffer.concat([Buffer.from('before'), small(), Buffer.from('after')]);
    const { report } = await (await startReader()).read(shared.subarray(6, -5), USUAL_OPTIONS);
    expect([report.methodCount, shared.toString().slice(0, 6)]).toEqual([1, 'before']);
  });

  it('refuses a document that takes too long', async () => {
    const reading = (await startReader({ timeMs: 1, heapMb: 200 })).read(largeBody(), USUAL_OPTIONS);
    const details = [{ property: 'swaggerData', field: '', message: 'could not be read within 0.001 seconds' }];
    await expect(reading).rejects.toMatchObject({ key: 'SWAGGER_INVALID', details });
  });

  it('refuses a document that takes too much memory, and reads the next one', async () => {
    const own = await startReader({ timeMs: 30_000, heapMb: 48 });
    const hungry = Buffer.from(`{"swaggerData": {"info": {}, "paths": {}, "x-lists": [${'[],'.repeat(3_000_000)}[]]}}`);
    const details = [
      { property: 'swaggerData', field: '', message: 'needs more than the 48 MB that an import may use' },
    ];
    await expect(own.read(hungry, USUAL_OPTIONS)).rejects.toMatchObject({ key: 'SWAGGER_INVALID', details });
    expect((await own.read(small(), USUAL_OPTIONS)).report.methodCount).toBe(1);
  });
});
