/**
 * How long a deployment takes to be served: from the answer of POST deploys to the first new answer of the gateway
 * (polled without a pause), and to the status COMPLETE. A MOCK method changes its body in every round.
 * Run by name: `npm run bench -- deploy-propagation [rounds]`. Starts and stops all that it needs, on loopback.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { startTestPostgres } from '../test/harness/postgres.js';
import type { Api, Json } from '../test/harness/api.js';
import { launchStack } from '../test/harness/stack.js';
import { type Summary, summary } from './summary.js';

const ROUNDS = Number(process.argv[2] ?? 20);
const ROUTE_COUNTS = [1, 100, 1000];

interface Result {
  readonly routes: number;
  readonly servedMs: Summary;
  readonly completeMs: Summary;
  readonly answerMs: Summary;
}

function documentOf(routes: number, body: string): object {
  const paths: Json = {};
  for (let index = 0; index < routes; index += 1) {
    const plugins = { MOCK: { statusCode: 200, body } };
    paths[`/route${index}`] = { get: { 'x-nhncloud-apigateway': { plugins } } };
  }
  return { swagger: '2.0', info: { title: 'bench', version: '1' }, paths };
}

async function measure(api: Api, routes: number): Promise<Result> {
  const serviceId = await api.createService(`routes ${routes}`);
  await api.importSwagger(serviceId, documentOf(routes, 'round -1'));
  const { stageId, stageUrl } = await api.createStage(serviceId, 'http://127.0.0.1');
  await api.deploy(serviceId, stageId);
  const stage = `/services/${serviceId}/stages/${stageId}`;
  const times = { answer: [] as number[], served: [] as number[], complete: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    const body = `round ${round}`;
    await api.importSwagger(serviceId, documentOf(routes, body));
    await api.ok('PUT', `${stage}/resources`);
    const asked = performance.now();
    await api.ok('POST', `${stage}/deploys`);
    const answered = performance.now();
    while ((await api.request(stageUrl, 'GET', '/route0')).text !== body);
    times.served.push(performance.now() - answered);
    await api.waitForDeployment(serviceId, stageId);
    times.complete.push(performance.now() - answered);
    times.answer.push(answered - asked);
  }
  return {
    routes,
    answerMs: summary(times.answer),
    servedMs: summary(times.served),
    completeMs: summary(times.complete),
  };
}

const postgres = await startTestPostgres();
await postgres.createDatabase('bench');
const stack = await launchStack(postgres.url('bench'), { variables: { MAX_METHODS: '1000' } });
try {
  const api = await stack.newProject();
  const results: Result[] = [];
  for (const routes of ROUTE_COUNTS) results.push(await measure(api, routes));
  console.table(
    results.map(({ routes, answerMs, servedMs, completeMs }) => ({
      routes,
      'POST deploys ms': answerMs.median,
      'served after ms': servedMs.median,
      'served p95 ms': servedMs.p95,
      'COMPLETE after ms': completeMs.median,
    })),
  );
  const report = { rounds: ROUNDS, node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, results };
  await mkdir('bench/results', { recursive: true });
  await writeFile('bench/results/deploy-propagation.json', `${JSON.stringify(report, null, 2)}\n`);
} finally {
  await stack.stop();
  await postgres.stop();
}
