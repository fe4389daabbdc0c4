import { describe, expect, it } from '@jest/globals';
import type { SnapshotPlugin } from '../../src/contract/snapshot.js';
import { parseAddressSet } from '../../src/kernel/addresses.js';
import type { Answer, Call } from './support/client.js';
import { mockRoute, pathOf } from './support/snapshots.js';
import { useGateway } from './support/suite.js';

const trustedProxies = parseAddressSet('127.0.0.1');
const gateway = useGateway(trustedProxies ? { trustedProxies } : {});
let stages = 0;

type Origin = SnapshotPlugin['origin'];
const ROOT: Origin = { path: '/', method: null };

function rateLimit(
  keyType: string,
  requestPerSec: number,
  extraKeyValue: string | null = null,
  origin: Origin = ROOT,
): SnapshotPlugin {
  return { type: 'RATE_LIMIT', config: { keyType, requestPerSec, extraKeyValue }, origin };
}

/** Deploys a stage of its own and gives its host. */
async function stageWith(...paths: Parameters<typeof pathOf>[]): Promise<string> {
  stages += 1;
  const host = `limited${stages}.test`;
  const built = paths.map(([path, routes]) => pathOf(path, routes));
  await gateway().deploy(built, { stageId: `limited${stages}` }, [host]);
  return host;
}

/** How many of some calls made at once were let in; all others must have been refused for their rate. */
async function letIn(calls: Promise<Answer>[]): Promise<number> {
  const answers = await Promise.all(calls);
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused.map((answer) => answer.json().header.resultCode)).toEqual(refused.map(() => 4291000));
  return answers.length - refused.length;
}

const times = (count: number, call: () => Promise<Answer>): Promise<Answer>[] => Array.from({ length: count }, call);
const get = (host: string, path: string, options: Call = {}) => gateway().call(path, { host, ...options });

describe('RATE_LIMIT by DEFAULT', () => {
  it('on the root counts all methods of the stage together', async () => {
    const plugins = [rateLimit('DEFAULT', 4)];
    const host = await stageWith(
      ['/a', [mockRoute('GET', '', { plugins }), mockRoute('POST', '', { plugins })]],
      ['/b', [mockRoute('GET', '', { plugins })]],
    );
    const calls = [...times(3, () => get(host, '/a')), ...times(3, () => get(host, '/b'))];
    expect(await letIn([...calls, ...times(2, () => get(host, '/a', { method: 'POST' }))])).toBe(4);
  });

  it('on a method counts that method alone', async () => {
    const host = await stageWith([
      '/a',
      [
        mockRoute('GET', '', { plugins: [rateLimit('DEFAULT', 2, null, { path: '/a', method: 'GET' })] }),
        mockRoute('POST', '', { plugins: [rateLimit('DEFAULT', 3, null, { path: '/a', method: 'POST' })] }),
        mockRoute('PUT', ''),
      ],
    ]);
    expect(await letIn(times(5, () => get(host, '/a')))).toBe(2);
    expect(await letIn(times(5, () => get(host, '/a', { method: 'POST' })))).toBe(3);
    expect(await letIn(times(5, () => get(host, '/a', { method: 'PUT' })))).toBe(5);
  });

  it('counts stages apart, and refused requests nowhere', async () => {
    const route = () => mockRoute('GET', '', { plugins: [rateLimit('DEFAULT', 2)] });
    const [one, two] = [await stageWith(['/', [route()]]), await stageWith(['/', [route()]])];
    expect(await letIn(times(6, () => get(one, '/')))).toBe(2);
    expect(await letIn(times(6, () => get(two, '/')))).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await letIn(times(6, () => get(one, '/')))).toBe(2);
  });

  it('tells the limit on answers of the route and on refusals', async () => {
    const host = await stageWith([
      '/',
      [
        mockRoute('GET', '', {
          headers: { 'X-RateLimit-Limit': 'of the backend' },
          plugins: [rateLimit('DEFAULT', 1)],
        }),
      ],
    ]);
    const told = { 'ratelimit-policy': '"route";q=1;w=1', ratelimit: '"route";r=0;t=1', 'x-ratelimit-limit': '1' };
    const first = await get(host, '/');
    expect(first.headers).toMatchObject(told);
    expect(first.headers['retry-after']).toBeUndefined();
    expect((await get(host, '/')).headers).toMatchObject({ ...told, 'retry-after': '1', 'x-ratelimit-reset': '1' });
  });
});

describe('RATE_LIMIT by a key', () => {
  it('IP counts the addresses of clients apart', async () => {
    const host = await stageWith(['/', [mockRoute('GET', '', { plugins: [rateLimit('IP', 2)] })]]);
    const from = (address: string) => () => get(host, '/', { headers: { 'x-forwarded-for': address } });
    expect(await letIn(times(4, from('10.0.0.1')))).toBe(2);
    expect(await letIn(times(4, from('10.0.0.2')))).toBe(2);
    expect(await letIn(times(4, from('2001:db8::1')))).toBe(2);
  });

  it('HEADER counts its values apart, whatever their length; without a value there is no limit', async () => {
    const host = await stageWith(['/', [mockRoute('GET', '', { plugins: [rateLimit('HEADER', 2, 'X-Member')] })]]);
    const as = (member: string) => () => get(host, '/', { headers: { 'x-member': member } });
    expect(await letIn(times(4, as('a')))).toBe(2);
    expect(await letIn(times(4, as('b')))).toBe(2);
    const long = 'x'.repeat(4000);
    expect(await letIn(times(4, as(`${long}1`)))).toBe(2);
    expect(await letIn(times(4, as(`${long}2`)))).toBe(2);
    expect(await letIn(times(6, as('')))).toBe(6);
    expect(await letIn(times(6, () => get(host, '/')))).toBe(6);
  });

  it('PATH_VARIABLE counts its decoded values apart; a path without it has no limit', async () => {
    const plugins = [rateLimit('PATH_VARIABLE', 2, '${request.path.id}')];
    const host = await stageWith(
      ['/members/{id}', [mockRoute('GET', '', { plugins })]],
      ['/files/{id+}', [mockRoute('GET', '', { plugins: [rateLimit('PATH_VARIABLE', 2, '${request.path.id+}')] })]],
      ['/other', [mockRoute('GET', '', { plugins })]],
    );
    expect(
      await letIn([...times(2, () => get(host, '/members/a')), ...times(2, () => get(host, '/members/%61'))]),
    ).toBe(2);
    expect(await letIn(times(4, () => get(host, '/members/b')))).toBe(2);
    expect(await letIn(times(4, () => get(host, '/files/a/b')))).toBe(2);
    expect(await letIn(times(4, () => get(host, '/files/a/c')))).toBe(2);
    expect(await letIn(times(4, () => get(host, '/other')))).toBe(4);
  });
});
