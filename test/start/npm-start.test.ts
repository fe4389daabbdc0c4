import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readIfThere } from '../../src/main/dev/files.js';
import { isPortFree } from '../../src/main/dev/free-port.js';
import {
  appKeyIn,
  freePorts,
  isAlive,
  type Ports,
  postgresPid,
  type StartedStack,
  startStack,
  stopStack,
} from './npm-start.js';
import { removeDataFolder, temporaryFolder } from './temporary-folder.js';

const HOST = '127.0.0.1';
const POLL_INTERVAL_MS = 20;

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

async function listServices(appKey: string): Promise<number> {
  const answer = await fetch(`http://${HOST}:${ports.controlPlane}/v1.0/appkeys/${appKey}/services`);
  const body = (await answer.json()) as { header: { resultCode: number } };
  return body.header.resultCode;
}

async function untilPortsAreFree(): Promise<void> {
  while (!(await isPortFree(ports.controlPlane, HOST)) || !(await isPortFree(ports.gateway, HOST))) {
    await delay(POLL_INTERVAL_MS);
  }
}

describe('npm start', () => {
  it('prints one line when everything is ready, whose appKey and URLs work, and ends with 0 when asked to', async () => {
    const stack = start();
    const line = await stack.ready;
    expect(stack.output().trim()).toBe(line);
    expect(line).toContain(`http://${HOST}:${ports.controlPlane}/docs`);
    expect(line).toContain(`http://${HOST}:${ports.gateway}`);
    expect(await listServices(appKeyIn(line))).toBe(0);
    expect((await fetch(`http://${HOST}:${ports.gateway}/health/ready`)).status).toBe(200);
    const postgres = await postgresPid(dataDir);
    expect(await stopStack(stack)).toBe(0);
    expect(isAlive(postgres)).toBe(false);
    expect(await isPortFree(ports.controlPlane, HOST)).toBe(true);
    expect(await isPortFree(ports.gateway, HOST)).toBe(true);
  });

  it('has the same appKey at every start', async () => {
    const first = start();
    const appKey = appKeyIn(await first.ready);
    await stopStack(first);
    expect(appKeyIn(await start().ready)).toBe(appKey);
    expect(await listServices(appKey)).toBe(0);
  });

  it('takes secrets from the environment rather than its own', async () => {
    const line = await start({ BOOTSTRAP_APP_KEY: 'given-app-key' }).ready;
    expect(appKeyIn(line)).toBe('given-app-key');
    expect(await listServices('given-app-key')).toBe(0);
  });

  it('keeps secrets and logs from other users', async () => {
    await start().ready;
    const logs = await readdir(join(dataDir, 'logs'));
    expect(logs.toSorted()).toEqual(['control-plane.log', 'gateway.log', 'postgres.log']);
    for (const file of ['dev.json', 'postgres.json', ...logs.map((log) => join('logs', log))]) {
      expect((await stat(join(dataDir, file))).mode & 0o077).toBe(0);
    }
  });

  it('names the port that is taken and the variable that chooses another', async () => {
    const squatter = createServer().listen(ports.gateway, HOST);
    await once(squatter, 'listening');
    try {
      const stack = start();
      expect(await stack.ended).toBe(1);
      expect(stack.output()).toContain(`Port ${ports.gateway} is in use`);
      expect(stack.output()).toContain('GATEWAY_PORT=');
    } finally {
      squatter.close();
    }
  });

  it('names a bad setting, stops what already runs and ends with 1', async () => {
    const stack = start({ STAGE_DOMAIN: 'not a domain' });
    expect(await stack.ended).toBe(1);
    expect(stack.output()).toContain('STAGE_DOMAIN: must be a lower-case domain name');
    expect(await readdir(join(dataDir, 'postgres'))).not.toContain('postmaster.pid');
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
    expect(await isPortFree(ports.controlPlane, HOST)).toBe(true);
    expect(await isPortFree(ports.gateway, HOST)).toBe(true);
  });

  it('leaves nothing in the way of the next start when it is killed', async () => {
    const killed = start();
    const appKey = appKeyIn(await killed.ready);
    killed.process.kill('SIGKILL');
    await untilPortsAreFree();
    expect(appKeyIn(await start().ready)).toBe(appKey);
  });

  it('leaves a running one alone when it is started twice in the same folder', async () => {
    const appKey = appKeyIn(await start().ready);
    const otherPorts = await freePorts();
    const second = startStack(dataDir, otherPorts);
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain('is in use by another Gatewright');
    expect(await listServices(appKey)).toBe(0);
  });

  it('takes the two signals that Ctrl-C under npm makes for one', async () => {
    const stack = start();
    await stack.ready;
    stack.process.kill('SIGINT');
    stack.process.kill('SIGINT');
    expect(await stack.ended).toBe(0);
    expect(stack.output()).not.toContain('Forced');
  });

  it('names a bad setting of the gateway and stops the control plane', async () => {
    const stack = start({ TRUSTED_PROXIES: 'everybody' });
    expect(await stack.ended).toBe(1);
    expect(stack.output()).toContain('TRUSTED_PROXIES: must be addresses or CIDRs');
    expect(await isPortFree(ports.controlPlane, HOST)).toBe(true);
  });

  it('can be stopped while it is still starting', async () => {
    const stack = start();
    while ((await readIfThere(join(dataDir, 'dev.json'))) === null) await delay(POLL_INTERVAL_MS);
    expect(await stopStack(stack)).toBe(0);
    expect(stack.output()).not.toContain('ready after');
  });
});
