import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SYNC_PREFIX } from '../../src/contract/sync.js';
import { findFreePort } from '../../src/main/dev/free-port.js';
import type { Api } from '../harness/api.js';
import { Authority, type CertificateFiles } from '../harness/certificates.js';
import { mockDocument } from '../harness/documents.js';
import { type ProductProcess, startProcess } from '../harness/process.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { asAdministrator, newGatewayToken } from '../harness/users.js';

const WAIT_MS = 20_000;
/** Long enough for several attempts of a gateway that is refused. */
const ATTEMPTS_MS = 3000;

let stack: PrivateStack;
let admin: Api;
let folder: string;

beforeAll(async () => {
  stack = await startPrivateStack({ gateways: 0 });
  admin = await asAdministrator(stack);
  folder = await mkdtemp(join(tmpdir(), 'gatewright-admission-'));
});

afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
});

async function linkOf({ url }: ProductProcess): Promise<string> {
  const answer = await fetch(`${url}/health/ready`);
  return ((await answer.json()) as { controlPlane: string }).controlPlane;
}

async function untilLink(gateway: ProductProcess, state: string): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while ((await linkOf(gateway)) !== state) {
    if (Date.now() > deadline) throw new Error(`the gateway says ${await linkOf(gateway)}, not ${state}`);
    await delay(50);
  }
}

describe('a gateway whose token is revoked', () => {
  it('serves what it has, says so in its health, says it once in its log, and comes back with another token', async () => {
    const tokenFile = join(folder, 'token');
    const first = await newGatewayToken(admin);
    await writeFile(tokenFile, `${first.value}\n`);
    const gateway = await stack.startGateway({ GATEWAY_TOKEN: '', GATEWAY_TOKEN_FILE: tokenFile });
    const api = await stack.newProject(gateway.port);
    const serviceId = await api.createService();
    await api.importSwagger(serviceId, mockDocument('served'));
    const { stageId, stageUrl } = await api.createStage(serviceId, 'http://127.0.0.1');
    expect(await api.deploy(serviceId, stageId)).toMatchObject({ deployStatus: 'COMPLETE' });

    await admin.okPath('DELETE', `/v2.0/gateway-tokens/${first.id}`);
    await untilLink(gateway, 'refused');
    await delay(ATTEMPTS_MS);
    expect((await api.request(stageUrl, 'GET', '/hello')).text).toBe('served');
    expect(gateway.output().match(/the control plane refuses this gateway/g)).toHaveLength(1);
    expect(gateway.output()).not.toContain(first.value);

    await writeFile(tokenFile, (await newGatewayToken(admin)).value);
    await untilLink(gateway, 'ok');
    await api.importSwagger(serviceId, mockDocument('again'));
    await api.ok('PUT', `/services/${serviceId}/stages/${stageId}/resources`);
    expect(await api.deploy(serviceId, stageId)).toMatchObject({ deployStatus: 'COMPLETE' });
    await gateway.stop();
  });
});

describe('mutual TLS', () => {
  let authority: Authority | null;
  let controlPlane: ProductProcess;
  let certificate: CertificateFiles;

  beforeAll(async () => {
    authority = await Authority.in(folder, 'authority');
    if (!authority) return;
    certificate = await authority.issue('gateway');
    const server = await authority.issue('control-plane');
    const port = await findFreePort('127.0.0.1');
    const variables = {
      ...stack.variables,
      PORT: String(port),
      HOST: '127.0.0.1',
      TLS_CERT_FILE: server.certFile,
      TLS_KEY_FILE: server.keyFile,
      TLS_CLIENT_CA_FILE: authority.certFile,
    };
    controlPlane = await startProcess('control-plane', port, variables, undefined, await authority.pem());
  });

  afterAll(async () => {
    if (authority) await controlPlane.stop();
  });

  const variablesOf = (files: CertificateFiles): Record<string, string> => ({
    CONTROL_PLANE_URL: controlPlane.url,
    CONTROL_PLANE_CA_FILE: authority?.certFile ?? '',
    CONTROL_PLANE_CERT_FILE: files.certFile,
    CONTROL_PLANE_KEY_FILE: files.keyFile,
  });

  /** Asks as a gateway without a certificate does. */
  async function statusWithout(
    path: string,
    maxVersion: 'TLSv1.1' | 'TLSv1.3' = 'TLSv1.3',
    session?: Buffer,
  ): Promise<number> {
    const ca = await authority?.pem();
    const headers = { authorization: `Bearer ${stack.address.gatewayToken}` };
    return new Promise((resolve, reject) => {
      const options = { ca, headers, agent: false as const, maxVersion, minVersion: 'TLSv1' as const, session };
      const request = https.get(controlPlane.url + path, options, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      request.on('error', reject);
    });
  }

  it('lets gateways in that show a certificate of the authority, and nobody without one, whatever token', async () => {
    if (!authority) {
      console.warn('skipped: there is no openssl to make certificates with');
      return;
    }
    const gateway = await stack.startGateway(variablesOf(certificate));
    await untilLink(gateway, 'ok');
    expect(await statusWithout(`${SYNC_PREFIX}/gateways/x/manifest?region=KR1&formatVersion=1`)).toBe(401);
    expect(await statusWithout('/v1.0/error-codes')).toBe(200);
    await gateway.stop();
  });

  it('lets nobody in who resumes a session that was begun without a certificate', async () => {
    if (!authority) {
      console.warn('skipped: there is no openssl to make certificates with');
      return;
    }
    const path = `${SYNC_PREFIX}/gateways/x/manifest?region=KR1&formatVersion=1`;
    const { hostname, port } = new URL(controlPlane.url);
    const socket = tls.connect({ host: hostname, port: Number(port), ca: await authority.pem() });
    const [session] = (await once(socket, 'session')) as [Buffer];
    socket.destroy();
    expect(await statusWithout(path, 'TLSv1.3', session)).toBe(401);
  });

  it('refuses certificates of another authority, and versions of TLS before 1.2', async () => {
    if (!authority) {
      console.warn('skipped: there is no openssl to make certificates with');
      return;
    }
    const other = await Authority.in(folder, 'another');
    const foreign = await other?.issue('foreign');
    const served = await stack.startGateway(variablesOf(certificate));
    await served.kill();
    const refused = await startProcess(
      'gateway',
      served.port,
      {
        ...stack.variables,
        GATEWAY_PORT: String(served.port),
        GATEWAY_HOST: '127.0.0.1',
        DATA_DIR: join(folder, 'foreign'),
        ...variablesOf(foreign ?? certificate),
      },
      '/health/live',
    );
    const deadline = Date.now() + WAIT_MS;
    while (!refused.output().includes('the control plane refuses this gateway') && Date.now() < deadline)
      await delay(50);
    expect(refused.output()).toContain('the control plane refuses this gateway');
    await refused.stop();
    await expect(statusWithout('/v1.0/error-codes', 'TLSv1.1')).rejects.toThrow();
  });
});
