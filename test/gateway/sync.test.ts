import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { startGateway } from '../../src/gateway/index.js';
import { call, servedText } from './support/client.js';
import { startBackend } from './support/backend.js';
import { TestControlPlane } from './support/control-plane.js';
import { startTestGateway, type TestGateway, testSettings } from './support/gateway.js';
import { httpRoute, mockRoute, pathOf, pluginOf, snapshotOf } from './support/snapshots.js';
import { until } from './support/until.js';

const HOSTS = { one: ['one.test'], two: ['two.test'] };
const snapshot = (stageId: string, body: string) => snapshotOf([pathOf('/', [mockRoute('GET', body)])], { stageId });

let gateway: TestGateway;
let controlPlane: TestControlPlane;

beforeEach(async () => {
  gateway = await startTestGateway();
  ({ controlPlane } = gateway);
});
afterEach(() => gateway.close());

const served = (host: string, port = gateway.port): Promise<string> => servedText(port, '/', host);

async function deploy(stageId: keyof typeof HOSTS, body: string): Promise<void> {
  await controlPlane.receiptOf(controlPlane.deploy(HOSTS[stageId], snapshot(stageId, body)));
}

/** Starts a further gateway on the data directory of the first one, which is stopped before. */
async function restart(url = controlPlane.url, log: string[] = []) {
  await gateway.stop();
  return startGateway(testSettings(url, gateway.dataDir), (_level, message) => log.push(message));
}

describe('following the control plane', () => {
  it('serves a deployment and says so', async () => {
    const deploymentId = controlPlane.deploy(HOSTS.one, snapshot('one', 'first'));
    expect(await controlPlane.receiptOf(deploymentId)).toMatchObject({ refusal: null });
    expect(await served('one.test')).toBe('first');
  });

  it('serves a stage under all its hosts, and follows when they change without a deployment', async () => {
    await deploy('one', 'first');
    controlPlane.setHosts('one', ['alias.test', 'more.test']);
    await until(async () => (await served('alias.test')) === 'first');
    expect(await served('more.test')).toBe('first');
    expect(await served('one.test')).toBe('4041007');
    expect(controlPlane.fetched).toHaveLength(1);
  });

  it('fetches only what has changed', async () => {
    await deploy('one', 'first');
    await deploy('two', 'first');
    await deploy('one', 'second');
    expect(controlPlane.fetched).toEqual(['deployment1', 'deployment2', 'deployment3']);
    expect(await served('one.test')).toBe('second');
  });

  it('stops serving a stage that is gone', async () => {
    await deploy('one', 'first');
    controlPlane.remove('one');
    await until(async () => (await served('one.test')) === '4041007');
    await until(async () => (await readdir(join(gateway.dataDir, 'gateway', 'stages'))).length === 0);
    expect(await served('one.test')).toBe('4041007');
  });

  it('sends receipts again until they are taken', async () => {
    controlPlane.receiptStatuses.push(500, 404);
    await deploy('one', 'first');
    expect(controlPlane.receiptStatuses).toEqual([]);
    expect(controlPlane.receipts).toHaveLength(1);
  });

  it('goes on with the other stages while a snapshot cannot be had, and asks for it again', async () => {
    await deploy('one', 'first');
    controlPlane.snapshotStatuses.push(503);
    const one = controlPlane.deploy(HOSTS.one, snapshot('one', 'second'));
    await deploy('two', 'other');
    expect(await served('two.test')).toBe('other');
    expect((await controlPlane.receiptOf(one)).refusal).toBeNull();
    expect(await served('one.test')).toBe('second');
  });

  it('asks for nothing again while nothing changes', async () => {
    await deploy('one', 'first');
    await until(() => controlPlane.manifestCalls >= 2);
    const before = controlPlane.manifestCalls;
    expect(await served('one.test')).toBe('first');
    expect(controlPlane.manifestCalls).toBe(before);
  });

  it('never answers anything but the old or the new deployment while it swaps', async () => {
    await deploy('one', 'body0');
    const seen = new Set<string>();
    let isRunning = true;
    const client = (async () => {
      while (isRunning) seen.add(await served('one.test'));
    })();
    for (let round = 1; round <= 8; round += 1) await deploy('one', `body${round}`);
    isRunning = false;
    await client;
    for (const body of seen) expect(body).toMatch(/^body\d$/);
    expect(await served('one.test')).toBe('body8');
  });

  it('signs off when it is closed', async () => {
    await deploy('one', 'first');
    await gateway.stop();
    const id = (await readFile(join(gateway.dataDir, 'gateway', 'id'), 'utf8')).trim();
    expect(controlPlane.left).toEqual([id]);
  });
});

describe('a snapshot that is refused', () => {
  const faulty: [string, (stageId: string) => { stageId: string }, RegExp][] = [
    [
      'a plugin that the gateway cannot carry out',
      (stageId) =>
        snapshotOf([pathOf('/', [mockRoute('GET', '', { plugins: [pluginOf('NO_SUCH_PLUGIN', {})] })])], { stageId }),
      /cannot carry out NO_SUCH_PLUGIN/,
    ],
    [
      'a setting that does not fit',
      (stageId) =>
        snapshotOf(
          [
            pathOf('/', [
              mockRoute('GET', '', { plugins: [pluginOf('SET_REQUEST_HEADER', { headers: { 'a b': '1' } })] }),
            ]),
          ],
          { stageId },
        ),
      /is no header name/,
    ],
    ['an unknown version', (stageId) => ({ ...snapshot(stageId, ''), formatVersion: 2 }), /formatVersion/],
    ['an unknown field', (stageId) => ({ ...snapshot(stageId, ''), extra: true }), /extra/],
    [
      'two paths alike',
      (stageId) => snapshotOf([pathOf('/{a}', []), pathOf('/{b}', [])], { stageId }),
      /match the same requests/,
    ],
    ['a bad path', (stageId) => snapshotOf([pathOf('nowhere', [])], { stageId }), /must start with/],
    [
      'a method twice',
      (stageId) => snapshotOf([pathOf('/', [mockRoute('GET'), mockRoute('GET')])], { stageId }),
      /stands twice/,
    ],
    [
      'a plugin twice',
      (stageId) =>
        snapshotOf(
          [
            pathOf('/', [
              mockRoute('GET', '', {
                plugins: [
                  pluginOf('REMOVE_REQUEST_HEADER', { headers: ['a'] }),
                  pluginOf('REMOVE_REQUEST_HEADER', { headers: ['b'] }),
                ],
              }),
            ]),
          ],
          { stageId },
        ),
      /stands twice/,
    ],
    [
      'a backend that is no URL',
      (stageId) => snapshotOf([pathOf('/', [httpRoute('GET', 'ftp://x', '/')])], { stageId }),
      /no http\(s\) URL/,
    ],
    [
      'a backend with credentials',
      (stageId) => snapshotOf([pathOf('/', [httpRoute('GET', 'http://u:p@x', '/')])], { stageId }),
      /credentials/,
    ],
    [
      'an unknown gateway response',
      (stageId) =>
        snapshotOf([], { stageId, gatewayResponses: [{ type: 'Nothing', status: 400, headers: {}, bodies: {} }] }),
      /no gateway response Nothing/,
    ],
    [
      'a header of a MOCK that frames messages',
      (stageId) =>
        snapshotOf([pathOf('/', [mockRoute('GET', '', { headers: { 'Transfer-Encoding': 'x' } })])], { stageId }),
      /only the gateway sets/,
    ],
  ];

  it.each(faulty)(
    'for %s leaves the old routes, says why and does not keep others from going on',
    async (_what, faultyOf, reason) => {
      await deploy('one', 'first');
      const refused = controlPlane.deploy(HOSTS.one, faultyOf('one'));
      controlPlane.deploy(HOSTS.two, snapshot('two', 'other'));
      expect((await controlPlane.receiptOf(refused)).refusal).toMatch(reason);
      await until(async () => (await served('two.test')) === 'other');
      expect(await served('one.test')).toBe('first');
      expect(controlPlane.fetched.filter((id) => id === refused)).toHaveLength(1);
    },
  );

  it('for another hash than announced is refused as well', async () => {
    const deploymentId = controlPlane.deploy(HOSTS.one, snapshot('one', 'first'), 'another');
    expect((await controlPlane.receiptOf(deploymentId)).refusal).toMatch(/hash/);
    expect(await served('one.test')).toBe('4041007');
  });

  it('is forgotten when the stage goes back to what it had, which is not fetched again', async () => {
    await deploy('one', 'first');
    const newer = { ...snapshot('one', ''), formatVersion: 9 };
    const refused = controlPlane.deploy(HOSTS.one, newer);
    await controlPlane.receiptOf(refused);
    const fetched = controlPlane.fetched.length;
    await deploy('one', 'first');
    expect(controlPlane.fetched).toHaveLength(fetched);
    expect(await served('one.test')).toBe('first');
  });
});

describe('the copy on disk', () => {
  it('is served when no control plane answers', async () => {
    await deploy('one', 'first');
    const alone = await restart('http://127.0.0.1:9');
    expect(await served('one.test', alone.port)).toBe('first');
    expect((await call(alone.port, '/health/ready', { host: 'x' })).status).toBe(200);
    await alone.close();
  });

  it('is not needed: a gateway that has neither is alive and not ready', async () => {
    const alone = await startGateway(testSettings('http://127.0.0.1:9', join(gateway.dataDir, 'new')), () => undefined);
    expect((await call(alone.port, '/health/live', { host: 'x' })).status).toBe(200);
    expect((await call(alone.port, '/health/ready', { host: 'x' })).status).toBe(503);
    expect(await served('one.test', alone.port)).toBe('4041007');
    await alone.close();
  });

  it('is left out where it is damaged or of a newer version; the other stages are served', async () => {
    await deploy('one', 'first');
    await deploy('two', 'other');
    const file = join(gateway.dataDir, 'gateway', 'stages', 'one.json');
    const whole = await readFile(file, 'utf8');
    for (const damaged of [
      '',
      whole.slice(0, -20),
      whole.replace('first', 'FIRST'),
      whole.replace('"formatVersion":3', '"formatVersion":4'),
      '{}',
      '[]',
      '\0\0',
    ]) {
      await writeFile(file, damaged);
      const log: string[] = [];
      const alone = await startGateway(testSettings('http://127.0.0.1:9', gateway.dataDir), (_level, message) =>
        log.push(message),
      );
      expect(await served('two.test', alone.port)).toBe('other');
      expect(await served('one.test', alone.port)).toBe('4041007');
      expect(log).toContain('a stored stage was left out');
      await alone.close();
    }
  });

  it('is put right by the control plane', async () => {
    await deploy('one', 'first');
    const file = join(gateway.dataDir, 'gateway', 'stages', 'one.json');
    const whole = await readFile(file, 'utf8');
    await writeFile(file, 'damaged');
    const again = await restart();
    await until(async () => (await readFile(file, 'utf8')) === whole);
    expect(await served('one.test', again.port)).toBe('first');
    await again.close();
  });

  it('keeps the id of the gateway', async () => {
    await gateway.stop();
    const again = await restart();
    await until(() => controlPlane.manifestCalls > 1);
    await again.close();
    expect(new Set(controlPlane.left).size).toBe(1);
    expect(controlPlane.left.length).toBeGreaterThan(1);
  });

  it('that cannot be written does not keep a deployment from being served', async () => {
    const blocked = await startTestGateway();
    await mkdir(join(blocked.dataDir, 'gateway', 'stages', 'one.json.new'));
    const deploymentId = blocked.controlPlane.deploy(HOSTS.one, snapshot('one', 'first'));
    expect((await blocked.controlPlane.receiptOf(deploymentId)).refusal).toBeNull();
    expect(await served('one.test', blocked.port)).toBe('first');
    expect(blocked.log.map(({ message }) => message)).toContain('a stage could not be stored');
    await blocked.close();
  });
});

describe('a control plane that is away', () => {
  it('is missed by nobody, and followed again when it is back', async () => {
    await deploy('one', 'first');
    const { port } = controlPlane;
    await controlPlane.close();
    await until(() => gateway.log.some(({ message }) => message === 'could not follow the control plane'));
    expect(await served('one.test')).toBe('first');

    const back = new TestControlPlane();
    const deploymentId = back.deploy(HOSTS.one, snapshot('one', 'second'));
    await back.listen(port);
    expect((await back.receiptOf(deploymentId)).refusal).toBeNull();
    expect(await served('one.test')).toBe('second');
    await gateway.stop();
    await back.close();
    await controlPlane.listen();
  });
});

describe('closing', () => {
  it('lets running requests finish, takes no further ones and ends idle connections', async () => {
    let release: (() => void) | null = null;
    const backend = await startBackend((_request, response) => {
      release = () => response.end('late');
    });
    await gateway.deploy([pathOf('/', [httpRoute('GET', backend.url, '/')])]);
    const idle = connect(gateway.port, '127.0.0.1');
    await once(idle, 'connect');
    const running = gateway.call('/');
    const answerNow = await until(() => release);
    const closed = gateway.stop();
    await once(idle.resume(), 'close');
    await expect(gateway.call('/')).rejects.toThrow();
    answerNow();
    expect((await running).text).toBe('late');
    expect((await running).headers.connection).toBe('close');
    await closed;
    await backend.close();
  });
});
