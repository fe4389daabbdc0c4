import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AccessPlan } from '../../src/contract/access.js';
import { accessKeyOf } from './support/access.js';
import type { Answer } from './support/client.js';
import { mockRoute, pathOf, pluginOf } from './support/snapshots.js';
import { useGateway } from './support/suite.js';
import { until } from './support/until.js';

const gateway = useGateway();
const apiKey = pluginOf('API_KEY', { isActive: true });

const unlimited: AccessPlan = { id: 'unlimited', requestsPerSecond: null, quota: null };
const twoASecond: AccessPlan = { id: 'two', requestsPerSecond: 2, quota: null };
const threeADay: AccessPlan = { id: 'three', requestsPerSecond: null, quota: { unit: 'DAY', limit: 3 } };
const nothing: AccessPlan = { id: 'nothing', requestsPerSecond: null, quota: { unit: 'MONTH', limit: 0 } };
const both: AccessPlan = { id: 'both', requestsPerSecond: 50, quota: { unit: 'MONTH', limit: 100 } };

/** Calls with a key; `value` null sends none. */
function callWith(value: string | string[] | null, path = '/', host?: string): Promise<Answer> {
  return gateway().call(path, { ...(host ? { host } : {}), headers: value === null ? {} : { 'x-nhn-apikey': value } });
}

const codeOf = (answer: Answer): number => (answer.status === 200 ? 200 : answer.json().header.resultCode);

beforeAll(async () => {
  const { controlPlane } = gateway();
  const routes = [mockRoute('GET', 'in', { plugins: [apiKey] })];
  await gateway().deploy([pathOf('/', routes), pathOf('/open', [mockRoute('GET', 'open')])]);
  await gateway().deploy([pathOf('/', routes)], { stageId: 'stage2' }, ['stage2.test']);
  controlPlane.access.change({
    plans: [unlimited, twoASecond, threeADay, nothing, both],
    keys: [
      accessKeyOf('free', { stage1: 'unlimited' }),
      accessKeyOf('asleep', { stage1: 'unlimited' }, false),
      accessKeyOf('elsewhere', { stage2: 'unlimited' }),
      accessKeyOf('asleepElsewhere', { stage2: 'unlimited' }, false),
      accessKeyOf('quick', { stage1: 'two', stage2: 'two' }),
      accessKeyOf('daily', { stage1: 'three' }),
      accessKeyOf('spent', { stage1: 'nothing' }),
      accessKeyOf('rich', { stage1: 'both' }),
      accessKeyOf('planless', { stage1: 'gone' }),
    ],
  });
  await until(async () => codeOf(await callWith('free-value')) === 200);
});

describe('API_KEY', () => {
  it('lets in who shows the primary or the secondary value of a key that is connected to the stage', async () => {
    expect((await callWith('free-value')).text).toBe('in');
    expect((await callWith('free-second')).text).toBe('in');
  });

  it('does not concern routes without it', async () => {
    expect((await callWith(null, '/open')).text).toBe('open');
  });

  it.each([null, ''])('refuses a request without a value (%j)', async (value) => {
    const answer = await callWith(value);
    expect([answer.status, answer.json().header]).toEqual([
      403,
      { isSuccessful: false, resultCode: 4031010, resultMessage: 'Request api key is empty.' },
    ]);
  });

  it.each(['unknown', 'free', 'free-value ', 'elsewhere-value', 'planless-value', '__proto__', 'x'.repeat(8000)])(
    'refuses a value that is not one of the stage (%#)',
    async (value) => {
      // A space behind the value belongs to the line, not to the value.
      const expected = value.endsWith(' ') ? 200 : 4031012;
      expect(codeOf(await callWith(value))).toBe(expected);
    },
  );

  it('takes two values for none of both', async () => {
    expect(codeOf(await callWith(['free-value', 'free-second']))).toBe(4031012);
  });

  it('says that a key is inactive to who is connected to the stage, and to nobody else', async () => {
    expect(codeOf(await callWith('asleep-value'))).toBe(4031011);
    expect(codeOf(await callWith('asleepElsewhere-value'))).toBe(4031012);
  });

  it('follows changes without a deployment: connected, made inactive, regenerated, disconnected', async () => {
    const { access } = gateway().controlPlane;
    const key = accessKeyOf('changing', { stage1: 'unlimited' });
    const codeAfter = async (expected: number) => {
      await until(async () => codeOf(await callWith('changing-value')) === expected);
      return codeOf(await callWith('changing-second'));
    };
    access.change({ keys: [key] });
    expect(await codeAfter(200)).toBe(200);
    access.change({ keys: [{ ...key, isActive: false }] });
    expect(await codeAfter(4031011)).toBe(4031011);
    access.change({ keys: [{ ...key, hashes: key.hashes.slice(1) }] });
    expect(await codeAfter(4031012)).toBe(200);
    access.change({ removed: [{ kind: 'KEY', id: 'changing' }] });
    await until(async () => codeOf(await callWith('changing-second')) === 4031012);
  });
});

describe('a usage plan', () => {
  it('limits requests per second, by key and stage, both values together', async () => {
    const answers = await Promise.all([
      callWith('quick-value', '/', 'stage2.test'),
      callWith('quick-value'),
      callWith('quick-second'),
      callWith('quick-value'),
    ]);
    const [elsewhere, ...here] = answers.map(codeOf);
    expect(here.toSorted((a, b) => a - b)).toEqual([200, 200, 4291000]);
    expect(elsewhere).toBe(200);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers).toMatchObject({
      'retry-after': '1',
      'ratelimit-policy': '"plan";q=2;w=1',
      ratelimit: '"plan";r=0;t=1',
      'x-ratelimit-limit': '2',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '1',
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(codeOf(await callWith('quick-value'))).toBe(200);
  });

  it('ends with its quota, and tells what is left and for how long', async () => {
    const left: unknown[] = [];
    for (let count = 0; count < 3; count += 1) {
      const answer = await callWith(count === 1 ? 'daily-second' : 'daily-value');
      left.push([answer.status, answer.headers['x-quota-remaining']]);
    }
    expect(left).toEqual([
      [200, '2'],
      [200, '1'],
      [200, '0'],
    ]);
    const refused = await callWith('daily-value');
    expect(codeOf(refused)).toBe(4291001);
    const midnight = Math.ceil((86_400_000 - (Date.now() % 86_400_000)) / 1000);
    expect(Math.abs(Number(refused.headers['retry-after']) - midnight)).toBeLessThan(5);
    expect(refused.headers['ratelimit-policy']).toBe('"quota";q=3;w=86400');
    expect(refused.headers['x-ratelimit-limit']).toBeUndefined();
  });

  it('with a quota of 0 lets nobody in', async () => {
    expect(codeOf(await callWith('spent-value'))).toBe(4291001);
  });

  it('tells the rate and the quota beside each other', async () => {
    const { headers } = await callWith('rich-value');
    expect(headers['ratelimit-policy']).toMatch(/^"plan";q=50;w=1, "quota";q=100;w=2(419200|505600|592000|678400)$/);
    expect(headers.ratelimit).toMatch(/^"plan";r=49;t=1, "quota";r=99;t=\d+$/);
    expect(headers).toMatchObject({ 'x-quota-limit': '100', 'x-quota-remaining': '99', 'x-ratelimit-remaining': '49' });
  });

  it('adds nothing to answers where it has no limits', async () => {
    const { headers } = await callWith('free-value');
    expect(Object.keys(headers).filter((name) => /ratelimit|quota/.test(name))).toEqual([]);
  });

  it('holds with its new limits at once', async () => {
    const { access } = gateway().controlPlane;
    const plan: AccessPlan = { id: 'moving', requestsPerSecond: null, quota: { unit: 'DAY', limit: 1 } };
    access.change({ plans: [plan], keys: [accessKeyOf('moved', { stage1: 'moving' })] });
    await until(async () => codeOf(await callWith('moved-value')) === 200);
    expect(codeOf(await callWith('moved-value'))).toBe(4291001);
    access.change({ plans: [{ ...plan, quota: { unit: 'DAY', limit: 2 } }] });
    await until(async () => codeOf(await callWith('moved-value')) === 200);
    expect(codeOf(await callWith('moved-value'))).toBe(4291001);
  });
});
