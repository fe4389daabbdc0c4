/**
 * How long a deployment takes to be served by the last of three gateways: from the call of POST deploys, and from its
 * answer, to the new answer of each gateway (asked every 2 ms), and to the status COMPLETE. A MOCK method changes its
 * body in every round, and the stage takes the service's resources again, which is measured too. For stages of several
 * sizes, while the gateways have nothing to do and while each serves a steady load.
 * Run by name: `npm run bench -- deploy-propagation [rounds]`. Starts and stops all that it needs, on loopback.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { startTestPostgres } from '../test/harness/postgres.js';
import type { Api, Json } from '../test/harness/api.js';
import { launchStack, type PrivateStack } from '../test/harness/stack.js';
import { ServedBody, SteadyLoad } from './control-plane/served.js';
import { type Summary, summary } from './summary.js';

const ROUNDS = Number(process.argv[2] ?? 30);
/** Told apart: the first deployments of a stage run code that was not run before. */
const WARM_UP_ROUNDS = 3;
const ROUTE_COUNTS = [300, 3000, 9000];
const GATEWAYS = 3;
const LOAD_PER_SECOND = 300;

interface Stage {
  readonly api: Api;
  readonly serviceId: string;
  readonly stageId: string;
  readonly host: string;
  /** The method whose answer changes. */
  readonly methodId: string;
}

interface Result {
  readonly routes: number;
  /** Of each gateway. */
  readonly requestsPerSecond: number;
  readonly importMs: Summary;
  readonly answerMs: Summary;
  readonly servedAfterAnswerMs: Summary;
  readonly servedAfterCallMs: Summary;
  readonly completeAfterCallMs: Summary;
  /** Of the rounds before those that count. */
  readonly warmUpServedAfterCallMs: readonly number[];
}

function documentOf(routes: number): object {
  const paths: Json = {};
  for (let index = 0; index < routes; index += 1) {
    const plugins = { MOCK: { statusCode: 200, body: 'round -1' } };
    paths[`/route${index}`] = { get: { 'x-nhncloud-apigateway': { plugins } } };
  }
  return { swagger: '2.0', info: { title: 'bench', version: '1' }, paths };
}

async function makeStage(api: Api, routes: number): Promise<Stage> {
  const serviceId = await api.createService(`routes ${routes}`);
  await api.importSwagger(serviceId, documentOf(routes));
  const { stageId, stageUrl } = await api.createStage(serviceId, 'http://127.0.0.1');
  await api.deploy(serviceId, stageId);
  const { resourceList } = await api.ok('GET', `/services/${serviceId}/resources`);
  const method = resourceList.find((one: Json) => one.path === '/route0' && one.methodType === 'GET');
  return { api, serviceId, stageId, host: stageUrl, methodId: method.resourceId };
}

/** Has the method answer something else from the next deployment on; gives how long the stage took to take that. */
async function change({ api, serviceId, stageId, methodId }: Stage, body: string): Promise<number> {
  const mock = { pluginType: 'MOCK', pluginConfigJson: { statusCode: 200, body } };
  await api.ok('PUT', `/services/${serviceId}/resource-methods/${methodId}`, {
    methodName: 'changed',
    methodPluginList: [mock],
  });
  const calledAt = performance.now();
  await api.ok('PUT', `/services/${serviceId}/stages/${stageId}/resources`);
  return performance.now() - calledAt;
}

async function measure(stack: PrivateStack, stage: Stage, routes: number, perSecond: number): Promise<Result> {
  const { api, serviceId, stageId, host } = stage;
  const urls = stack.gateways.map(({ url }) => url);
  const gateways = urls.map((url) => new ServedBody(url, host, '/route0'));
  const load = perSecond === 0 ? null : new SteadyLoad(urls, { host, path: '/route1', perSecond });
  const times = {
    imported: [] as number[],
    answer: [] as number[],
    served: [] as number[],
    called: [] as number[],
    complete: [] as number[],
  };
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
    const body = `round ${round} at ${perSecond}`;
    times.imported.push(await change(stage, body));
    const calledAt = performance.now();
    await api.ok('POST', `/services/${serviceId}/stages/${stageId}/deploys`);
    const answeredAt = performance.now();
    await Promise.all(gateways.map((gateway) => gateway.becomes(body)));
    times.served.push(performance.now() - answeredAt);
    times.called.push(performance.now() - calledAt);
    const { deployStatus } = await api.waitForDeployment(serviceId, stageId);
    if (deployStatus !== 'COMPLETE') throw new Error(`round ${round} ended in ${deployStatus}`);
    times.complete.push(performance.now() - calledAt);
    times.answer.push(answeredAt - calledAt);
  }
  const warmUpServedAfterCallMs = times.called.slice(0, WARM_UP_ROUNDS).map(Math.round);
  const summaryOf = (all: readonly number[]) => summary(all.slice(WARM_UP_ROUNDS));
  await load?.stop();
  await Promise.all(gateways.map((gateway) => gateway.close()));
  return {
    routes,
    requestsPerSecond: perSecond,
    importMs: summaryOf(times.imported),
    answerMs: summaryOf(times.answer),
    servedAfterAnswerMs: summaryOf(times.served),
    servedAfterCallMs: summaryOf(times.called),
    completeAfterCallMs: summaryOf(times.complete),
    warmUpServedAfterCallMs,
  };
}

const postgres = await startTestPostgres();
await postgres.createDatabase('bench');
const stack = await launchStack(postgres.url('bench'), { gateways: GATEWAYS, variables: { MAX_METHODS: '10000' } });
try {
  const api = await stack.newProject();
  const results: Result[] = [];
  for (const routes of ROUTE_COUNTS) {
    const stage = await makeStage(api, routes);
    for (const perSecond of [0, LOAD_PER_SECOND]) results.push(await measure(stack, stage, routes, perSecond));
  }
  const quantiles = ({ median, p99 }: Summary) => `${median} / ${p99}`;
  console.table(
    results.map((one) => ({
      routes: one.routes,
      'requests/s': one.requestsPerSecond,
      'PUT resources ms': quantiles(one.importMs),
      'POST deploys ms': quantiles(one.answerMs),
      'served after answer': quantiles(one.servedAfterAnswerMs),
      'served after call': quantiles(one.servedAfterCallMs),
      'COMPLETE after call': quantiles(one.completeAfterCallMs),
      'warm-up': one.warmUpServedAfterCallMs.join(', '),
    })),
  );
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  await mkdir('bench/results', { recursive: true });
  const report = { rounds: ROUNDS, gateways: GATEWAYS, ...machine, results };
  await writeFile('bench/results/deploy-propagation.json', `${JSON.stringify(report, null, 2)}\n`);
} finally {
  await stack.stop();
  await postgres.stop();
}
