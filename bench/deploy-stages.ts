/**
 * How long many stages take that are deployed at once: from the first call of POST deploys until all are COMPLETE.
 * Run by name: `npm run bench -- deploy-stages [stages] [rounds]`. Starts and stops all that it needs, on loopback.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Api, Json } from '../test/harness/api.js';
import { startTestPostgres } from '../test/harness/postgres.js';
import { launchStack } from '../test/harness/stack.js';
import { summary } from './summary.js';

const STAGES = Number(process.argv[2] ?? 100);
const ROUNDS = Number(process.argv[3] ?? 5);
const GATEWAYS = 3;
const STAGES_OF_SERVICE = 10;
const ROUTES = 30;
const POLL_INTERVAL_MS = 20;

function documentOf(routes: number): object {
  const plugins = { MOCK: { statusCode: 200, body: 'hello' } };
  const paths = Array.from({ length: routes }, (_unused, at): [string, object] => [
    `/route${at}`,
    { get: { 'x-nhncloud-apigateway': { plugins } } },
  ]);
  return { swagger: '2.0', info: { title: 'bench', version: '1' }, paths: Object.fromEntries(paths) };
}

/** Makes the stages, ten to a service; gives their paths. */
async function makeStages(api: Api): Promise<string[]> {
  const paths: string[] = [];
  while (paths.length < STAGES) {
    const serviceId = await api.createService();
    await api.importSwagger(serviceId, documentOf(ROUTES));
    for (let at = 0; at < STAGES_OF_SERVICE && paths.length < STAGES; at += 1) {
      const { stageId } = await api.createStage(serviceId, 'http://127.0.0.1', `s${at}`);
      paths.push(`/services/${serviceId}/stages/${stageId}`);
    }
  }
  return paths;
}

async function untilEnded(api: Api, stage: string): Promise<Json> {
  for (;;) {
    const { latestStageDeployResult } = await api.ok('GET', `${stage}/deploys/latest`);
    if (latestStageDeployResult.deployStatus !== 'DEPLOYING') return latestStageDeployResult;
    await delay(POLL_INTERVAL_MS);
  }
}

/** Deploys all stages at once; gives the times until all calls were answered, and until the last was COMPLETE. */
async function deployAll(api: Api, stages: readonly string[]): Promise<{ answeredMs: number; completeMs: number }> {
  const startedAt = performance.now();
  await Promise.all(stages.map((stage) => api.ok('POST', `${stage}/deploys`)));
  const answeredMs = performance.now() - startedAt;
  // One after the other: a hundred who ask again and again would be what takes the time.
  const ended: Json[] = [];
  for (const stage of stages) ended.push(await untilEnded(api, stage));
  const failed = ended.find(({ deployStatus }) => deployStatus !== 'COMPLETE');
  if (failed) throw new Error(`a deployment ended in ${failed.deployStatus}: ${failed.failureReason}`);
  return { answeredMs, completeMs: performance.now() - startedAt };
}

const postgres = await startTestPostgres();
await postgres.createDatabase('bench');
const stack = await launchStack(postgres.url('bench'), { gateways: GATEWAYS, variables: { MAX_SERVICES: '1000' } });
try {
  const api = await stack.newProject();
  const stages = await makeStages(api);
  const times: Awaited<ReturnType<typeof deployAll>>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    times.push(await deployAll(api, stages));
    // What is deployed next has to differ.
    const body = { backendEndpointUrl: `http://127.0.0.1:${10_000 + round}` };
    for (const stage of stages) await api.ok('PUT', stage, body);
  }
  const answeredMs = summary(times.map((one) => one.answeredMs));
  const completeMs = summary(times.map((one) => one.completeMs));
  console.table({ 'all calls answered, ms': answeredMs, 'all COMPLETE, ms': completeMs });
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  const report = { stages: STAGES, routes: ROUTES, gateways: GATEWAYS, rounds: ROUNDS, ...machine };
  await mkdir('bench/results', { recursive: true });
  const text = JSON.stringify({ ...report, answeredMs, completeMs }, null, 2);
  await writeFile('bench/results/deploy-stages.json', `${text}\n`);
} finally {
  await stack.stop();
  await postgres.stop();
}
