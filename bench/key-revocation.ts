/**
 * How long a revoked API key is still let in: from the answer that made it inactive to the first refusal of the last
 * of three gateways (polled without a pause), with many keys. Also how long gateways take to read these keys, whole
 * from the control plane and from their disk, and how long requests wait meanwhile.
 * Run by name: `npm run bench -- key-revocation [keys] [rounds]`. Starts and stops all that it needs, on loopback.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { deployWithPlugins, type KeyedStage } from '../test/harness/keyed-stage.js';
import { startTestPostgres } from '../test/harness/postgres.js';
import type { ProductProcess } from '../test/harness/process.js';
import { launchStack, type PrivateStack } from '../test/harness/stack.js';
import { addManyKeys } from './support/many-keys.js';
import { writeReport } from './support/report.js';
import { type Summary, summary } from './summary.js';

const KEYS = Number(process.argv[2] ?? 100_000);
const ROUNDS = Number(process.argv[3] ?? 200);
const GATEWAYS = 3;
const INACTIVE = 4031011;

async function codeOf({ api, host }: KeyedStage, value: string, port: number): Promise<number> {
  const answer = await api.request(host, 'GET', '/hello', { headers: { 'x-nhn-apikey': value }, port });
  return answer.status === 200 ? 200 : JSON.parse(answer.text).header.resultCode;
}

async function untilAnswered(stage: KeyedStage, value: string, port: number, code: number): Promise<void> {
  while ((await codeOf(stage, value, port)) !== code);
}

/** Makes all keys and subscribes them; gives their ids and how long the gateways took to know the last one. */
async function addKeys(stack: PrivateStack, stage: KeyedStage): Promise<{ ids: string[]; knownAfterMs: number }> {
  let writtenAt = 0;
  const { rows, stageId } = stage;
  const ids = await addManyKeys({ stack, rows, stageId }, KEYS, () => (writtenAt = performance.now()));
  await Promise.all(stack.gateways.map(({ port }) => untilAnswered(stage, `${ids.at(-1)}-1`, port, 200)));
  return { ids, knownAfterMs: Math.round(performance.now() - writtenAt) };
}

async function measureRevocations(stack: PrivateStack, stage: KeyedStage, ids: string[]): Promise<Summary> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = ids[Math.floor(Math.random() * ids.length)] ?? '';
    await Promise.all(stack.gateways.map(({ port }) => untilAnswered(stage, `${id}-1`, port, 200)));
    await stage.rows.setStatus(id, 'INACTIVE');
    const revokedAt = performance.now();
    await Promise.all(stack.gateways.map(({ port }) => untilAnswered(stage, `${id}-1`, port, INACTIVE)));
    times.push(performance.now() - revokedAt);
    await stage.rows.setStatus(id, 'ACTIVE');
  }
  return summary(times);
}

/** Starts a gateway; gives it and the milliseconds until it was ready. */
async function timeStart(start: () => Promise<ProductProcess>): Promise<[ProductProcess, number]> {
  const startedAt = performance.now();
  const gateway = await start();
  return [gateway, Math.round(performance.now() - startedAt)];
}

/** A gateway whose stage is there reads all keys while requests come: the time of each. */
async function measureReading(stack: PrivateStack, stage: KeyedStage): Promise<Summary> {
  const [, second] = stack.gateways;
  const [gateway] = await timeStart(() => stack.startGateway());
  const times: number[] = [];
  // Its cursor is of no use any more, so that it reads the whole document while it serves.
  await stack.query("UPDATE access_change SET changed_at = changed_at + interval '1 microsecond'");
  const endsAt = performance.now() + 6000;
  while (performance.now() < endsAt) {
    const startedAt = performance.now();
    await codeOf(stage, 'unknown', second?.port ?? gateway.port);
    times.push(performance.now() - startedAt);
    await delay(2);
  }
  await gateway.stop();
  return summary(times);
}

const postgres = await startTestPostgres();
await postgres.createDatabase('bench');
const stack = await launchStack(postgres.url('bench'), { gateways: GATEWAYS });
try {
  const stage = await deployWithPlugins(stack, () => [{ pluginType: 'API_KEY', pluginConfigJson: { isActive: true } }]);
  const { ids, knownAfterMs } = await addKeys(stack, stage);
  const revocationMs = await measureRevocations(stack, stage, ids);
  const dataDir = await stack.gatewayDataDir('timed');
  const [fresh, startFromControlPlaneMs] = await timeStart(() => stack.startGateway({ DATA_DIR: dataDir }));
  await delay(3000);
  await fresh.stop();
  const [, startFromDiskMs] = await timeStart(() =>
    stack.startGateway({ DATA_DIR: dataDir, CONTROL_PLANE_URL: 'http://127.0.0.1:9' }),
  );
  const requestWhileReadingMs = await measureReading(stack, stage);
  const figures = { knownAfterMs, revocationMs, startFromControlPlaneMs, startFromDiskMs, requestWhileReadingMs };
  const report = { keys: KEYS, gateways: GATEWAYS, rounds: ROUNDS, ...figures };
  console.log(JSON.stringify(report, null, 2));
  await writeReport('key-revocation', report);
} finally {
  await stack.stop();
  await postgres.stop();
}
