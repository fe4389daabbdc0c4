import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readIfThere } from '../../src/main/dev/files.js';
import { isPortFree } from '../../src/main/dev/free-port.js';
import { isAlive } from '../../src/main/dev/postgres-server.js';
import { Api, type Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import {
  accessKeyIn,
  appKeyIn,
  freePorts,
  type Ports,
  postgresPid,
  type StartedStack,
  startStack,
  stopStack,
} from './npm-start.js';
import { removeDataFolder, temporaryFolder } from './temporary-folder.js';

const HOST = '127.0.0.1';
const POLL_INTERVAL_MS = 20;

async function listServices({ controlPlane }: Ports, appKey: string): Promise<number> {
  const answer = await fetch(`http://${HOST}:${controlPlane}/v1.0/appkeys/${appKey}/services`);
  const body = (await answer.json()) as { header: { resultCode: number } };
  return body.header.resultCode;
}

async function createToken({ controlPlane }: Ports, id: string, secret: string): Promise<number> {
  const answer = await fetch(`http://${HOST}:${controlPlane}/oauth2/token/create`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  await answer.body?.cancel();
  return answer.status;
}

async function arePortsFree(ports: Ports): Promise<boolean> {
  return (await isPortFree(ports.controlPlane, HOST)) && (await isPortFree(ports.gateway, HOST));
}

describe('a running npm start', () => {
  let stack: StartedStack;
  let line: string;

  beforeAll(async () => {
    stack = startStack(await temporaryFolder(), await freePorts());
    line = await stack.ready;
  });

  afterAll(async () => {
    await stopStack(stack);
    await removeDataFolder(stack.dataDir);
  });

  it('has printed one line, whose appKey and URLs work', async () => {
    expect(stack.output().trim()).toBe(line);
    expect(line).toContain(`http://${HOST}:${stack.ports.controlPlane}/docs`);
    expect(line).toContain(`http://${HOST}:${stack.ports.gateway}`);
    expect(await listServices(stack.ports, appKeyIn(line))).toBe(0);
    expect((await fetch(`http://${HOST}:${stack.ports.gateway}/health/ready`)).status).toBe(200);
  });

  it('publishes documents that name the port of its gateway, so that their methods can be tried out', async () => {
    const api = new Api(`http://${HOST}:${stack.ports.controlPlane}`, appKeyIn(line), stack.ports.gateway);
    const serviceId = await api.createService();
    await api.importSwagger(serviceId, mockDocument());
    const { stageId, stageUrl } = await api.createStage(serviceId, 'http://127.0.0.1');
    await api.deploy(serviceId, stageId);
    const publish = `/services/${serviceId}/stages/${stageId}/documents/publish`;
    const { document } = await api.ok('PUT', publish, { publishType: 'PUBLIC' });
    const published: Json = await (await fetch(`${document.publishUrl}/swagger.json`)).json();
    expect(published.host).toBe(`${stageUrl}:${stack.ports.gateway}`);
    await api.ok('DELETE', `/services/${serviceId}/stages/${stageId}`);
  });

  it('has made an administrator, whose access key it shows at the first start alone', async () => {
    const { id, secret } = accessKeyIn(line);
    expect(await createToken(stack.ports, id, secret)).toBe(200);
    expect(await createToken(stack.ports, id, `${secret}x`)).toBe(401);
    for (const log of ['control-plane.log', 'gateway.log']) {
      expect(await readFile(join(stack.dataDir, 'logs', log), 'utf8')).not.toContain(secret);
    }
  });

  it('keeps its secrets and logs from other users', async () => {
    const logs = await readdir(join(stack.dataDir, 'logs'));
    expect(logs.toSorted()).toEqual(['control-plane.log', 'gateway.log', 'postgres.log']);
    for (const file of ['dev.json', 'postgres.json', ...logs.map((log) => join('logs', log))]) {
      expect((await stat(join(stack.dataDir, file))).mode & 0o077).toBe(0);
    }
  });

  it('is left alone by a second one in the same folder', async () => {
    const second = startStack(stack.dataDir, await freePorts());
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain('is in use by another Gatewright');
    expect(await listServices(stack.ports, appKeyIn(line))).toBe(0);
  });

  it('makes a second one on the same port name the port and the variable that chooses another', async () => {
    const second = startStack(stack.dataDir, { ...(await freePorts()), gateway: stack.ports.gateway });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`Port ${stack.ports.gateway} is in use`);
    expect(second.output()).toContain('GATEWAY_PORT=');
  });
});

describe('starting and stopping with npm start', () => {
  let dataDir: string;
  let ports: Ports;
  let started: StartedStack[];

  beforeEach(async () => {
    dataDir = await temporaryFolder();
    ports = await freePorts();
    started = [];
  });

  afterEach(async () => {
    for (const stack of started) await stopStack(stack);
    await removeDataFolder(dataDir);
  });

  function start(variables: Record<string, string> = {}): StartedStack {
    const stack = startStack(dataDir, ports, variables);
    started.push(stack);
    return stack;
  }

  it('stops everything when asked to, and has the same appKey at the next start', async () => {
    const first = start();
    const line = await first.ready;
    const appKey = appKeyIn(line);
    const { id, secret } = accessKeyIn(line);
    const postgres = await postgresPid(dataDir);
    // Ctrl-C under npm makes two signals: one from the terminal, one passed on.
    first.process.kill('SIGINT');
    first.process.kill('SIGINT');
    expect(await first.ended).toBe(0);
    expect(first.output()).not.toContain('Forced');
    expect(isAlive(postgres)).toBe(false);
    expect(await arePortsFree(ports)).toBe(true);
    const again = await start().ready;
    expect(appKeyIn(again)).toBe(appKey);
    expect(again).not.toContain(secret);
    expect(await listServices(ports, appKey)).toBe(0);
    expect(await createToken(ports, id, secret)).toBe(200);
  });

  it('gives an installation of before v2.0 an administrator, and shows the access key then', async () => {
    const kept = { BOOTSTRAP_APP_KEY: 'kept-app-key', GATEWAY_TOKEN: 't'.repeat(40), ENCRYPTION_KEY: 'e1'.repeat(32) };
    await writeFile(join(dataDir, 'dev.json'), JSON.stringify(kept));
    const line = await start().ready;
    const { id, secret } = accessKeyIn(line);
    expect(appKeyIn(line)).toBe('kept-app-key');
    expect(await createToken(ports, id, secret)).toBe(200);
    expect(JSON.parse(await readFile(join(dataDir, 'dev.json'), 'utf8'))).toEqual({
      ...kept,
      BOOTSTRAP_ACCESS_KEY_ID: id,
      BOOTSTRAP_ACCESS_KEY_SECRET: secret,
    });
  });

  it('takes secrets from the environment rather than its own', async () => {
    const secret = 's'.repeat(40);
    const accessKey = { BOOTSTRAP_ACCESS_KEY_ID: 'given-access-key', BOOTSTRAP_ACCESS_KEY_SECRET: secret };
    const line = await start({ BOOTSTRAP_APP_KEY: 'given-app-key', ...accessKey }).ready;
    expect(appKeyIn(line)).toBe('given-app-key');
    expect(line).not.toContain('access key');
    expect(await createToken(ports, 'given-access-key', secret)).toBe(200);
    expect(await listServices(ports, 'given-app-key')).toBe(0);
  });

  it('names a bad setting, stops what already runs and ends with 1', async () => {
    const stack = start({ STAGE_DOMAIN: 'not a domain' });
    expect(await stack.ended).toBe(1);
    expect(stack.output()).toContain('STAGE_DOMAIN: must be a lower-case domain name');
    expect(await readdir(join(dataDir, 'postgres'))).not.toContain('postmaster.pid');
  });

  it('names a bad setting of the gateway and stops the control plane', async () => {
    const stack = start({ TRUSTED_PROXIES: 'everybody' });
    expect(await stack.ended).toBe(1);
    expect(stack.output()).toContain('TRUSTED_PROXIES: must be addresses or CIDRs');
    expect(await isPortFree(ports.controlPlane, HOST)).toBe(true);
  });

  it('starts no PostgreSQL when DATABASE_URL names one', async () => {
    const stack = start({ DATABASE_URL: `postgresql://nobody@${HOST}:1/none` });
    expect(await stack.ended).toBe(1);
    expect(stack.output()).toContain('The control plane ended before it was ready');
    expect(await readdir(dataDir)).not.toContain('postgres');
  });

  it('stops the rest, shows the last lines and ends with 1 when a part dies', async () => {
    const stack = start();
    await stack.ready;
    process.kill(await postgresPid(dataDir), 'SIGQUIT');
    expect(await stack.ended).toBe(1);
    expect(stack.output()).toContain('The PostgreSQL has ended');
    expect(stack.output()).toContain('received immediate shutdown request');
    expect(await arePortsFree(ports)).toBe(true);
  });

  it('leaves nothing in the way of the next start when it is killed', async () => {
    const killed = start();
    const appKey = appKeyIn(await killed.ready);
    killed.process.kill('SIGKILL');
    while (!(await arePortsFree(ports))) await delay(POLL_INTERVAL_MS);
    expect(appKeyIn(await start().ready)).toBe(appKey);
  });

  it('can be stopped while it is still starting', async () => {
    const stack = start();
    while ((await readIfThere(join(dataDir, 'dev.json'))) === null) await delay(POLL_INTERVAL_MS);
    expect(await stopStack(stack)).toBe(0);
    expect(stack.output()).not.toContain('ready after');
  });
});
