/**
 * How long documents take to import, and how long other requests wait meanwhile: a second client lists services all the
 * time; its slowest answer is compared with its answers while nothing is imported. The first import of a document warms up
 * and is told apart: that of the first document has the thread begin in which they are read. Every other one replaces what
 * an equal one has made, and keeps that in the recycle bin; in the last case it is a dry run, which only compares the two.
 * Run by name: `npm run bench -- import-large [rounds]`. Starts and stops all that it needs, on loopback.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { startTestPostgres } from '../test/harness/postgres.js';
import type { Api, Json } from '../test/harness/api.js';
import { launchStack } from '../test/harness/stack.js';
import { type Summary, summary } from './summary.js';

const ROUNDS = Number(process.argv[2] ?? 5);
const MODELS = 200;
const OPERATIONS_OF_PATH = 4;
const QUIET_MS = 500;

interface Case {
  readonly operations: number;
  /** Size that the document is padded to; null for as large as it is. */
  readonly paddedBytes: number | null;
  readonly isDryRun?: boolean;
}

const CASES: readonly Case[] = [
  { operations: 100, paddedBytes: null },
  { operations: 1000, paddedBytes: null },
  { operations: 1000, paddedBytes: 4 * 1024 * 1024 },
  { operations: 10_000, paddedBytes: null },
  { operations: 10_000, paddedBytes: null, isDryRun: true },
];

interface Result {
  readonly operations: number;
  readonly isDryRun: boolean;
  readonly documentBytes: number;
  /** Resources, plugins and models that an import has inserted. */
  readonly entities: number;
  readonly firstMs: number;
  readonly importMs: Summary;
  readonly entitiesPerSecond: number;
  readonly otherRequestsQuietMs: Summary;
  readonly otherRequestsDuringMs: Summary;
}

/** So many operations, four under a path, each with parameters and responses that use one of the models. */
function documentOf({ operations, paddedBytes }: Case): string {
  const definitions: Json = {};
  for (let index = 0; index < MODELS; index += 1) {
    const properties = Object.fromEntries(Array.from({ length: 20 }, (_u, at) => [`field${at}`, { type: 'string' }]));
    definitions[`Model${index}`] = { type: 'object', properties };
  }
  const paths: Json = {};
  for (let index = 0; index < operations / OPERATIONS_OF_PATH; index += 1) {
    const schema = { $ref: `#/definitions/Model${index % MODELS}` };
    const parameters = [{ name: 'id', in: 'path', required: true, type: 'string' }];
    const responses = { 200: { description: 'ok', schema }, 404: { description: 'none' } };
    const withBody = { parameters: [...parameters, { name: 'body', in: 'body', schema }], responses };
    const without = { parameters, responses };
    paths[`/things${index}/{id}`] = { get: without, put: withBody, post: withBody, delete: without };
  }
  const document: Json = { swagger: '2.0', info: { title: 'large', version: '1' }, paths, definitions };
  const missing = (paddedBytes ?? 0) - JSON.stringify(document).length;
  for (const definition of Object.values<Json>(definitions)) {
    definition.description = 'x'.repeat(Math.max(0, Math.floor(missing / MODELS)));
  }
  return JSON.stringify({ swaggerData: document });
}

/** Lists services one after the other until it is stopped; the times of the answers by what went on meanwhile. */
class Watcher {
  readonly waits = { quiet: [] as number[], during: [] as number[] };
  phase: 'quiet' | 'during' = 'quiet';
  private isRunning = true;
  private readonly watching: Promise<void>;

  constructor(api: Api) {
    this.watching = this.watch(api);
  }

  private async watch(api: Api): Promise<void> {
    while (this.isRunning) {
      const at = performance.now();
      const { phase } = this;
      await api.ok('GET', '/services');
      this.waits[phase].push(performance.now() - at);
    }
  }

  stop(): Promise<void> {
    this.isRunning = false;
    return this.watching;
  }
}

async function countEntities(api: Api, serviceId: string): Promise<number> {
  const { resourceList } = await api.ok('GET', `/services/${serviceId}/resources`);
  const { paging } = await api.ok('GET', `/services/${serviceId}/models`);
  const plugins = resourceList.reduce((sum: number, one: Json) => sum + one.resourcePluginList.length, 0);
  return resourceList.length + plugins + paging.totalCount;
}

async function measure(api: Api, one: Case): Promise<Result> {
  const serviceId = await api.createService(`${one.operations} operations`);
  const { operations, isDryRun = false } = one;
  const body = documentOf(one);
  const times: number[] = [];
  const watcher = new Watcher(api);
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      watcher.phase = 'quiet';
      await delay(QUIET_MS);
      watcher.phase = 'during';
      const at = performance.now();
      const query = isDryRun && round > 0 ? '?dryRun=true' : '';
      await api.ok('POST', `/services/${serviceId}/resources/import${query}`, body);
      times.push(performance.now() - at);
    }
  } finally {
    await watcher.stop();
  }
  const entities = await countEntities(api, serviceId);
  const [firstMs = 0, ...laterMs] = times;
  const importMs = summary(laterMs);
  return {
    operations,
    isDryRun,
    documentBytes: body.length,
    entities,
    firstMs,
    importMs,
    entitiesPerSecond: Math.round((entities / importMs.median) * 1000),
    otherRequestsQuietMs: summary(watcher.waits.quiet),
    otherRequestsDuringMs: summary(watcher.waits.during),
  };
}

const postgres = await startTestPostgres();
await postgres.createDatabase('bench');
const stack = await launchStack(postgres.url('bench'), { gateways: 0, variables: { MAX_METHODS: '10000' } });
try {
  const api = await stack.newProject(0);
  const results: Result[] = [];
  for (const one of CASES) results.push(await measure(api, one));
  console.table(
    results.map((one) => ({
      operations: one.isDryRun ? `${one.operations}, dry run` : one.operations,
      MB: Number((one.documentBytes / 1_000_000).toFixed(1)),
      entities: one.entities,
      'first ms': Math.round(one.firstMs),
      'import ms': one.importMs.median,
      'entities/s': one.entitiesPerSecond,
      'others quiet, longest ms': one.otherRequestsQuietMs.max,
      'others meanwhile, median ms': one.otherRequestsDuringMs.median,
      'longest ms': one.otherRequestsDuringMs.max,
    })),
  );
  const report = { rounds: ROUNDS, node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, results };
  await mkdir('bench/results', { recursive: true });
  await writeFile('bench/results/import-large.json', `${JSON.stringify(report, null, 2)}\n`);
} finally {
  await stack.stop();
  await postgres.stop();
}
