import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { useBackend, useGateway } from './support/suite.js';
import { startRawBackend } from './support/backend.js';
import { httpRoute, pathOf } from './support/snapshots.js';
import { readSettings } from '../../src/gateway/index.js';

const CERTIFICATE = fileURLToPath(new URL('support/certificates/localhost.pem', import.meta.url));
const credentials = {
  cert: readFileSync(CERTIFICATE),
  key: readFileSync(new URL('support/certificates/localhost.key.pem', import.meta.url)),
};
const secure = createServer(credentials, (_request, response) => response.end('secure'));
const old = createServer(
  { ...credentials, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
  (_request, response) => response.end('old'),
);
const base = { GATEWAY_TOKEN: 'x'.repeat(16) };

const portOf = (server: typeof secure): number => (server.address() as AddressInfo).port;

const careful = useGateway();
const impatient = useGateway({ upstreamConnectTimeoutMs: 200 });
const trusting = useGateway({ upstreamCaFile: CERTIFICATE });
const local = useGateway({
  deniedUpstreams: readSettings({ ...base, DENIED_UPSTREAM_CIDRS: '127.0.0.0/8,::1' }).deniedUpstreams,
});
const ports = useGateway({
  isUpstreamPortAllowed: readSettings({ ...base, ALLOWED_UPSTREAM_PORTS: '80,443' }).isUpstreamPortAllowed,
});
const backend = useBackend();

beforeAll(async () => {
  for (const server of [secure, old]) await once(server.listen(0, '127.0.0.1'), 'listening');
  const paths = [
    pathOf('/secure', [httpRoute('GET', `https://localhost:${portOf(secure)}`, '/')]),
    pathOf('/othername', [httpRoute('GET', `https://127.0.0.1:${portOf(secure)}`, '/')]),
    pathOf('/old', [httpRoute('GET', `https://localhost:${portOf(old)}`, '/')]),
    pathOf('/name', [httpRoute('GET', `http://localhost:${backend().port}`, '/')]),
    pathOf('/address', [httpRoute('GET', backend().url, '/')]),
  ];
  for (const gateway of [careful(), trusting(), local(), ports()]) await gateway.deploy(paths);
});
afterAll(() => {
  for (const server of [secure, old]) server.close();
});

describe('a backend over TLS', () => {
  it('is served when its certificate is trusted', async () => {
    expect((await trusting().call('/secure')).text).toBe('secure');
  });

  it.each([
    ['whose certificate nobody vouches for', careful, '/secure'],
    ['whose certificate is for another name', trusting, '/othername'],
    ['that speaks no TLS 1.2', trusting, '/old'],
  ])('%s is answered with 5020001', async (_what, gateway, path) => {
    const answer = await gateway().call(path);
    expect(answer.json().header).toMatchObject({
      resultCode: 5020001,
      resultMessage: 'Upstream Bad Gateway (TLS failed)',
    });
  });
});

describe('a connection that does not come about', () => {
  it('because nobody completes it is answered with 5030001', async () => {
    const mute = await startRawBackend((socket) => socket.resume());
    await impatient().deploy([pathOf('/', [httpRoute('GET', `https://localhost:${mute.port}`, '/')])]);
    const answer = await impatient().call('/');
    expect(answer.status).toBe(503);
    expect(answer.json().header).toMatchObject({
      resultCode: 5030001,
      resultMessage: 'Upstream Service Unavailable (connect timeout)',
    });
    await mute.close();
  });

  it('is tried once more, because the request has reached nobody', async () => {
    let tries = 0;
    const failsOnce = await startRawBackend((socket) => {
      tries += 1;
      if (tries === 1) socket.destroy();
      else socket.pipe(connect(portOf(secure), '127.0.0.1')).pipe(socket);
    });
    const routes = [httpRoute('POST', `https://localhost:${failsOnce.port}`, '/')];
    await trusting().deploy([pathOf('/', routes)], { stageId: 'once' }, ['once.test']);
    const answer = await trusting().call('/', { method: 'POST', host: 'once.test', body: 'hello' });
    expect(answer.text).toBe('secure');
    expect(tries).toBe(2);
    await failsOnce.close();
  });
});

describe('a backend that the settings deny', () => {
  it.each(['/name', '/address'])('by its address, looked up or written, is not connected to: %s', async (path) => {
    expect((await careful().call(path)).text).toBe('ok');
    const answer = await local().call(path);
    expect(answer.json().header).toMatchObject({
      resultCode: 5030001,
      resultMessage: 'Upstream Service Unavailable (address is not allowed)',
    });
  });

  it('by its port is not connected to', async () => {
    const answer = await ports().call('/address');
    expect(answer.json().header).toMatchObject({
      resultCode: 5030001,
      resultMessage: 'Upstream Service Unavailable (port is not allowed)',
    });
  });
});
