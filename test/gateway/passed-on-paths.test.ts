import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { httpRoute, pathOf } from './support/snapshots.js';
import { useBackend, useGateway } from './support/suite.js';

const gateway = useGateway();
const backend = useBackend();

const PASSING = 'passing.test';
/** The same paths, with templates that mean the same and are written in another way. */
const WRITTEN = 'written.test';

const PATHS = [
  '/a',
  '/a/',
  '/a.b/{x}',
  '/a/{x}/v{major}.{minor}',
  '/a/{request.path.x}/{x}',
  '/b/{x}/{all+}',
  '/b/{x}/',
];
const PREFIXES = ['', '/v1', '/a.b~c/d', '/a..'];

const ownTemplate = (path: string): string => path.replaceAll('{', '${request.path.');
const otherTemplate = (path: string): string =>
  path.includes('{') ? path.replaceAll('{', '$!{request.path.') : `${path}$!{request.header.none}`;

beforeAll(async () => {
  for (const [host, templateOf] of [[PASSING, ownTemplate] as const, [WRITTEN, otherTemplate] as const]) {
    const paths = PREFIXES.flatMap((prefix, at) =>
      PATHS.map((path) => {
        const route = httpRoute('GET', `${backend().url}/base/?k=1`, `${prefix}/${at}${templateOf(path)}`);
        return pathOf(`/${at}${path}`, [route]);
      }),
    );
    await gateway().deploy(paths, { stageId: host }, [host]);
  }
});

/** What the backend was asked for, or the failure that was answered. */
async function outcome(host: string, target: string): Promise<string | number> {
  backend().received.length = 0;
  const { status } = await gateway().call(target, { host });
  return backend().received[0]?.url ?? status;
}

describe("a backend's path that is the route's own", () => {
  it('is the path that was sent, behind the base path and what stands before', async () => {
    expect(await outcome(PASSING, '/1/a/it/v1.2?z=1')).toBe('/base/v1/1/a/it/v1.2?k=1&z=1');
    expect(await outcome(PASSING, '/0/b/x/y//z/')).toBe('/base/0/b/x/y//z/?k=1');
  });

  it('has every escape written anew', async () => {
    expect(await outcome(PASSING, '/1/%61/%ea%b0%80/v%31.%2F')).toBe('/base/v1/1/a/%EA%B0%80/v1.%2F?k=1');
    expect(await outcome(PASSING, '/1/a/a+b/v1.2')).toBe('/base/v1/1/a/a%2Bb/v1.2?k=1');
  });

  it('answers 400 or 404 when a value would leave its place', async () => {
    expect(await outcome(PASSING, '/1/b/x/..%2Fy')).toBe(400);
    expect(await outcome(PASSING, '/1/b/x/../y')).toBe(404);
  });

  it('is what a template that is written in another way makes of the request', async () => {
    const segment = fc.oneof(
      fc.constantFrom('a', 'a.b', 'b', 'v1.2', 'v%31.%2e', '..', '%2e%2E', '.', '', '%2F', '%5c..', '%00', '%zz', '%'),
      fc.string({ unit: 'grapheme-ascii', maxLength: 5 }).map((text) => text.replace(/[^!-~]|[#?]/g, '+')),
      fc.string({ unit: 'binary', maxLength: 5 }).map((text) => encodeURIComponent(text)),
    );
    const begin = fc.constantFrom('/0/a', '/1/a', '/2/a.b', '/3/b', '/1/b/x');
    const target = fc
      .tuple(begin, fc.array(segment, { maxLength: 3 }), fc.constantFrom('', '?q=%zz', '?a=1&a=2'))
      .map(([before, segments, query]) => [before, ...segments].join('/') + query);
    await fc.assert(
      fc.asyncProperty(target, async (text) => {
        expect(await outcome(PASSING, text)).toBe(await outcome(WRITTEN, text));
      }),
      { numRuns: 500 },
    );
  });
});
