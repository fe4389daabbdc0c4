/**
 * How long a document of 4 MB with 1,000 operations takes to import, and how long other requests wait meanwhile:
 * a second client lists services all the time; its slowest answer is compared with its answers while nothing is imported.
 * Run by name: `npm run bench -- import-large [rounds]`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { startTestPostgres } from '../test/harness/postgres.js';
import type { Json } from '../test/harness/api.js';
import { launchStack } from '../test/harness/stack.js';
import { summary } from './summary.js';

const ROUNDS = Number(process.argv[2] ?? 5);
const OPERATIONS = 1000;
const TARGET_BYTES = 4 * 1024 * 1024;

/** 1,000 operations under 500 paths, each with parameters and responses that use one of 200 models; padded to 4 MB. */
function largeDocument(): string {
  const definitions: Json = {};
  for (let index = 0; index < 200; index += 1) {
    const properties = Object.fromEntries(Array.from({ length: 20 }, (_u, at) => [`field${at}`, { type: 'string' }]));
    definitions[`Model${index}`] = { type: 'object', properties };
  }
  const paths: Json = {};
  for (let index = 0; index < OPERATIONS / 2; index += 1) {
    const schema = { $ref: `#/definitions/Model${index % 200}` };
    const parameters = [{ name: 'id', in: 'path', required: true, type: 'string' }];
    const responses = { 200: { description: 'ok', schema }, 404: { description: 'none' } };
    paths[`/things${index}/{id}`] = {
      get: { parameters, responses },
      put: { parameters: [...parameters, { name: 'body', in: 'body', schema }], responses },
    };
  }
  const document: Json = { swagger: '2.0', info: { title: 'large', version: '1' }, paths, definitions };
  const missing = TARGET_BYTES - JSON.stringify(document).length;
  for (const definition of Object.values<Json>(definitions))
    definition.description = 'x'.repeat(Math.floor(missing / 200));
  return JSON.stringify({ swaggerData: document });
}

const postgres = await startTestPostgres();
await postgres.createDatabase('bench');
const stack = await launchStack(postgres.url('bench'), { gateways: 0, variables: { MAX_METHODS: '1000' } });
try {
  const api = await stack.newProject(0);
  const serviceId = await api.createService('large');
  const body = largeDocument();
  const importTimes: number[] = [];
  const waits = { quiet: [] as number[], during: [] as number[] };
  let phase: keyof typeof waits = 'quiet';
  let running = true;
  const watcher = (async () => {
    while (running) {
      const at = performance.now();
      const during = phase;
      await api.ok('GET', '/services');
      waits[during].push(performance.now() - at);
    }
  })();
  for (let round = 0; round < ROUNDS; round += 1) {
    phase = 'quiet';
    await new Promise((resolve) => setTimeout(resolve, 500));
    phase = 'during';
    const at = performance.now();
    await api.ok('POST', `/services/${serviceId}/resources/import`, body);
    importTimes.push(performance.now() - at);
  }
  running = false;
  await watcher;
  const result = {
    documentBytes: body.length,
    operations: OPERATIONS,
    importMs: summary(importTimes),
    otherRequestsQuietMs: summary(waits.quiet),
    otherRequestsDuringMs: summary(waits.during),
  };
  console.table({
    'import of 4 MB, 1,000 operations': result.importMs,
    'other requests, quiet': result.otherRequestsQuietMs,
    'other requests, during the import': result.otherRequestsDuringMs,
  });
  const report = { rounds: ROUNDS, node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, result };
  await mkdir('bench/results', { recursive: true });
  await writeFile('bench/results/import-large.json', `${JSON.stringify(report, null, 2)}\n`);
} finally {
  await stack.stop();
  await postgres.stop();
}
