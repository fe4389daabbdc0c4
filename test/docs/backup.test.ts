import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { mockDocument } from '../harness/documents.js';
import {
  findInstalledPostgres,
  type InstalledPostgres,
  startInstalledPostgres,
} from '../harness/installed-postgres.js';
import { deployWithPlugins, type KeyedStage } from '../harness/keyed-stage.js';
import { type ProductProcess, runProcessToEnd } from '../harness/process.js';
import { launchStack, type PrivateStack } from '../harness/stack.js';
import { readBlocks } from './support/library.js';
import { differences, DOCUMENT_TIME_MS } from './support/shell.js';

const POLL_INTERVAL_MS = 20;
const DOCUMENT = 'docs/operations.md';
const THIS = 'test/docs/backup.test.ts';
/** Gateways write their signs of life all the time; a token that a test gets itself is no matter of the backup. */
const RESTLESS = new Set(['gateway', 'deployment_receipt', 'metric_batch']);

const programs = await findInstalledPostgres();
if (programs === null) console.warn('No PostgreSQL with pg_dump is installed: the test of backups is skipped');

let postgres: InstalledPostgres;
let folder: string;
let stack: PrivateStack;
let stage: KeyedStage;
let sealedStageId: string;
let keptKey: { apiKeyId: string; primaryApiKey: string };
let laterKey: { primaryApiKey: string };
let controlPlane: ProductProcess;

/** Runs the commands of the document that this test is named for, those before or those after the loss. */
async function runDocumented(place: 'back up' | 'restore'): Promise<string[]> {
  const blocks = (await readBlocks(DOCUMENT)).filter(({ runBy }) => runBy === THIS);
  const own = blocks.filter(({ code }) => code.includes('--dbname') === (place === 'restore'));
  expect(own).not.toEqual([]);
  return differences(own, {
    PATH: `${programs}:${process.env.PATH}`,
    DATABASE_URL: postgres.url('before'),
    MAINTENANCE_URL: postgres.url('postgres'),
    NEW_DATABASE_URL: postgres.url('gatewright'),
    BACKUP: join(folder, 'backup'),
  });
}

/** What every table holds, as one text each. */
async function contentOf(database: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: postgres.url(database) });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
    );
    const watched = tables.rows.map(({ name }) => name).filter((name) => !RESTLESS.has(name));
    const content: Record<string, string> = {};
    for (const name of watched) {
      const sql = `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') AS state FROM "${name}" t`;
      content[name] = (await client.query<{ state: string }>(sql)).rows[0]?.state ?? '';
    }
    return content;
  } finally {
    await client.end();
  }
}

async function answer(key: { primaryApiKey: string }, port?: number): Promise<string> {
  const headers = { 'x-nhn-apikey': key.primaryApiKey };
  const options = port === undefined ? { headers } : { headers, port };
  const { status, text } = await stage.api.request(stage.host, 'GET', '/hello', options);
  return status === 200 ? text : String(status);
}

async function until(key: { primaryApiKey: string }, expected: string, port?: number): Promise<void> {
  while ((await answer(key, port)) !== expected) await delay(POLL_INTERVAL_MS);
}

async function makeKey(name: string): Promise<{ apiKeyId: string; primaryApiKey: string }> {
  const { apiKey } = await stage.api.ok('POST', '/apikeys', { apiKeyName: name, apiKeyStatus: 'ACTIVE' });
  const plan = await stage.rows.addPlan(null, null);
  await stage.rows.connectStage(plan, stage.stageId);
  await stage.rows.subscribe([apiKey.apiKeyId], plan, stage.stageId);
  return apiKey;
}

(programs === null ? describe.skip : describe)('a backup as the document has it made and restored', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatewright-backup-'));
    postgres = await startInstalledPostgres(programs ?? '');
    const client = new pg.Client({ connectionString: postgres.url('postgres') });
    await client.connect();
    await client.query('CREATE DATABASE before');
    await client.end();
    // Counts that arrive between the look at the tables and the dump would be a difference.
    stack = await launchStack(postgres.url('before'), { variables: { USAGE_INTERVAL_MS: '3600000' } });
    stage = await deployWithPlugins(stack, () => [{ pluginType: 'API_KEY', pluginConfigJson: { isActive: true } }]);
    const { api, serviceId } = stage;
    ({ stageId: sealedStageId } = await api.createStage(serviceId, 'http://127.0.0.1', 'sealed'));
    const resources = `/services/${serviceId}/stages/${sealedStageId}/resources`;
    const [root] = (await api.ok('GET', resources)).stageResourceList;
    await api.ok('PUT', `${resources}/${root.stageResourceId}`, {
      stageResourcePluginList: [{ pluginType: 'HMAC', pluginConfigJson: { secretKey: 'a secret of the stage' } }],
    });
    keptKey = await makeKey('kept');
    await until(keptKey, 'hello');
  }, DOCUMENT_TIME_MS);

  afterAll(async () => {
    await stack.stop();
    await postgres.end();
    await rm(folder, { recursive: true, force: true });
  });

  it(
    'holds every row',
    async () => {
      const before = await contentOf('before');
      expect(await runDocumented('back up')).toEqual([]);
      await changeEverything();
      await stack.controlPlanes[0]?.stop();
      expect(await runDocumented('restore')).toEqual([]);
      expect(await contentOf('gatewright')).toEqual(before);
    },
    DOCUMENT_TIME_MS,
  );

  it('is of no use without the encryption key', async () => {
    const variables = { ...stack.variables, DATABASE_URL: postgres.url('gatewright'), ENCRYPTION_KEY: 'ab'.repeat(32) };
    const { code, output } = await runProcessToEnd('control-plane', variables);
    expect(output).toContain('ENCRYPTION_KEY is not the one that the secrets in the database were encrypted with');
    expect(code).toBe(1);
  });

  it('brings back settings, keys and secrets', async () => {
    const { api, serviceId } = stage;
    const PORT = String(stack.controlPlanes[0]?.port);
    controlPlane = await stack.startControlPlane({ PORT, DATABASE_URL: postgres.url('gatewright') });
    expect((await api.ok('GET', `/apikeys/${keptKey.apiKeyId}`)).apiKey).toMatchObject({
      primaryApiKey: keptKey.primaryApiKey,
      apiKeyStatus: 'ACTIVE',
    });
    await until(keptKey, 'hello');
    expect(await api.deploy(serviceId, sealedStageId)).toMatchObject({ deployStatus: 'COMPLETE' });
  });

  it('is followed by a gateway that has served what came after it', async () => {
    await until(laterKey, '403');
    expect(await answer(keptKey)).toBe('hello');
  });

  it('is served by a new gateway with an empty disk', async () => {
    const gateway = await stack.startGateway({ CONTROL_PLANE_URL: controlPlane.url });
    await until(keptKey, 'hello', gateway.port);
    expect(await answer(laterKey, gateway.port)).toBe('403');
  });
});

/** What is lost with the machine, since no backup has it. */
async function changeEverything(): Promise<void> {
  const { api, serviceId, stageId } = stage;
  const body = { apiKeyName: 'kept', apiKeyStatus: 'INACTIVE' };
  await api.ok('PUT', `/apikeys/${keptKey.apiKeyId}`, body);
  laterKey = await makeKey('later');
  await api.importSwagger(serviceId, mockDocument('later'));
  await api.ok('PUT', `/services/${serviceId}/stages/${stageId}/resources`);
  await api.deploy(serviceId, stageId);
  await until(laterKey, 'later');
  await until(keptKey, '403');
}
