import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../harness/api.js';
import { type ProductProcess, runProcessToEnd } from '../harness/process.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

let stack: PrivateStack;

beforeAll(async () => {
  stack = await startPrivateStack({ variables: { LOG_LEVEL: 'debug' } });
});

afterAll(() => stack.stop());

const linesOf = (process: ProductProcess | undefined): Json[] =>
  (process?.output() ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const controlPlane = () => linesOf(stack.controlPlanes[0]);

/** Waits until a line of the control plane is as it should be. */
async function lineWith(expected: object, lines = controlPlane): Promise<Json> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await delay(20)) {
    const found = lines().find((line) => Object.entries(expected).every(([name, value]) => line[name] === value));
    if (found) return found;
  }
  throw new Error(`No line has ${JSON.stringify(expected)}`);
}

describe('the logs of both processes', () => {
  it('are lines of JSON that say when, how bad, and which process', () => {
    for (const [name, process] of [
      ['control-plane', stack.controlPlanes[0]],
      ['gateway', stack.gateways[0]],
    ] as const) {
      const lines = linesOf(process);
      expect(lines.length).toBeGreaterThan(0);
      for (const { time, level, message, process: own } of lines) {
        expect([typeof message, own]).toEqual(['string', name]);
        expect(level).toMatch(/^(debug|info|warn|error|fatal)$/);
        expect(time).toBe(new Date(time).toISOString());
      }
    }
  });

  it('have a line for every call, with the id that its answer has, and without the appKey', async () => {
    const api = await stack.newProject();
    const answer = await api.call('GET', '/services');
    const requestId = answer.headers.get('x-request-id');
    expect(await lineWith({ requestId, message: 'call' })).toMatchObject({
      level: 'info',
      method: 'GET',
      route: '/v1.0/appkeys/:appKey/services',
      status: 200,
      durationMs: expect.any(Number),
      address: '127.0.0.1',
    });
    expect(stack.controlPlanes[0]?.output()).not.toContain(api.appKey);
  });

  it('name the call in every line that something wrote while it ran, and of a failure the line of the sources', async () => {
    const api = await stack.newProject();
    await stack.query('ALTER TABLE service RENAME TO hidden');
    const answer = await api.call('GET', '/services');
    await stack.query('ALTER TABLE hidden RENAME TO service');
    expect(answer.status).toBe(500);
    const requestId = answer.headers.get('x-request-id');
    expect(await lineWith({ requestId, level: 'error' })).toMatchObject({
      context: 'Failure',
      detail: expect.stringMatching(/\n {4}at .*\/src\/modules\/services\/\S+\.ts:\d+:\d+/),
    });
  });

  it('believe no id but that of a gateway, so that both of them name its calls', async () => {
    const api = await stack.newProject();
    const forged = 'a'.repeat(20);
    const answer = await api.call('GET', '/services', undefined, { 'x-request-id': forged });
    expect(answer.headers.get('x-request-id')).not.toBe(forged);
    const refused = await stack.startGateway({ GATEWAY_TOKEN: 'a-token-that-nobody-has' }, '/health/live');
    const isRefused = ({ message }: Json): boolean =>
      String(message).startsWith('the control plane refuses this gateway');
    const namesCall = ({ requestId }: Json): boolean => requestId !== undefined;
    while (![isRefused, namesCall].every((fits) => linesOf(refused).some(fits))) await delay(20);
    const { requestId } = linesOf(refused).find(namesCall) ?? {};
    expect(await lineWith({ requestId, message: 'call' })).toMatchObject({
      level: 'debug',
      route: expect.stringMatching('^/internal/v1/gateways/:gatewayId/'),
      status: 401,
    });
  });

  it('say as much as LOG_LEVEL wants, which has to be a level', async () => {
    const quiet = await stack.startControlPlane({ LOG_LEVEL: 'warn' });
    await fetch(`${quiet.url}/v1.0/appkeys/none/services`);
    expect(linesOf(quiet)).toEqual([]);
    const { code, output } = await runProcessToEnd('gateway', { LOG_LEVEL: 'loud', GATEWAY_TOKEN: 'x'.repeat(16) });
    expect([code, output]).toEqual([1, expect.stringContaining('LOG_LEVEL')]);
  });
});
