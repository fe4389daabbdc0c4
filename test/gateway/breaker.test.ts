import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { useBackend, useGateway } from './support/suite.js';
import { unusedPort } from './support/backend.js';
import { httpRoute, pathOf } from './support/snapshots.js';
import { until } from './support/until.js';

const FAILURES = 3;
const gateway = useGateway({ upstreamTimeoutMs: 120, breakerFailures: FAILURES, breakerOpenMs: 300 });
let isSilent = false;
let asked = 0;
const answer = (_request: unknown, response: ServerResponse): void => {
  asked += 1;
  if (!isSilent) response.end('ok');
};
const moody = useBackend(answer);
const other = useBackend();

beforeAll(async () => {
  await gateway().deploy([
    pathOf('/moody', [httpRoute('GET', moody().url, '/'), httpRoute('POST', moody().url, '/')]),
    pathOf('/other', [httpRoute('GET', other().url, '/')]),
    pathOf('/refused', [httpRoute('GET', `http://127.0.0.1:${await unusedPort()}`, '/')]),
  ]);
});

const codeOf = async (path: string): Promise<number> => {
  const answer = await gateway().call(path);
  return answer.status === 200 ? 200 : answer.json().header.resultCode;
};

describe('the breaker of a backend', () => {
  it('opens after repeated silence, keeps requests from the backend, tries again and closes by itself', async () => {
    isSilent = true;
    for (let round = 0; round < FAILURES; round += 1) expect(await codeOf('/moody')).toBe(5040001);
    const before = asked;
    const open = await gateway().call('/moody');
    expect(open.status).toBe(503);
    expect(open.json().header).toMatchObject({
      resultCode: 5030001,
      resultMessage: 'Upstream Service Unavailable (CircuitBreaker is open)',
    });
    expect(asked).toBe(before);
    expect(await codeOf('/other')).toBe(200);

    await until(async () => (await codeOf('/moody')) === 5040001);
    expect(asked).toBe(before + 1);
    expect(await codeOf('/moody')).toBe(5030001);

    isSilent = false;
    await until(async () => (await codeOf('/moody')) === 200);
    expect(await Promise.all([codeOf('/moody'), codeOf('/moody')])).toEqual([200, 200]);
  });

  it('is not opened by refused connections, which tell at once', async () => {
    for (let round = 0; round < FAILURES + 2; round += 1) expect(await codeOf('/refused')).toBe(5020001);
  });

  it('is not opened by silences with answers between them', async () => {
    for (let round = 0; round < FAILURES; round += 1) {
      isSilent = true;
      expect(await codeOf('/moody')).toBe(5040001);
      isSilent = false;
      expect(await codeOf('/moody')).toBe(200);
    }
  });

  it('is not opened by clients that send slowly', async () => {
    isSilent = true;
    const slow = Array.from({ length: FAILURES + 1 }, () => slowPost());
    expect(await Promise.all(slow)).toEqual(slow.map(() => 504));
    isSilent = false;
    expect(await codeOf('/moody')).toBe(200);
  });
});

/** Declares a body and never sends it; gives the status. */
async function slowPost(): Promise<number> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const post = request({
      port: gateway().port,
      host: '127.0.0.1',
      path: '/moody',
      method: 'POST',
      headers: { host: 'stage1.api.localhost', 'content-length': '5' },
    });
    post.once('response', (response) => {
      resolve(response.statusCode ?? 0);
      post.destroy();
    });
    post.once('error', reject);
    post.flushHeaders();
  });
}
