/**
 * How much memory a control plane takes under mixed load: four clients read all the time, one writes, one imports, one
 * deploys, each a call after the other with a pause between, while a gateway serves. Tells its resident memory over time.
 * Run by name: `npm run bench -- control-memory [minutes]`. Starts and stops all that it needs, on loopback.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Api } from '../test/harness/api.js';
import { startTestPostgres } from '../test/harness/postgres.js';
import { launchStack } from '../test/harness/stack.js';

const MINUTES = Number(process.argv[2] ?? 5);
const SAMPLE_INTERVAL_MS = 5000;
const PAUSE_MS = 20;
const READERS = 4;
const OPERATIONS = 200;
const LAST_OUTPUT_CHARACTERS = 20_000;

interface Sample {
  readonly seconds: number;
  readonly residentMb: number;
}

/** Resident memory of a process, in MB; of Linux alone. */
async function residentMbOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024);
}

function documentOf(round: number): object {
  const responses = { 200: { description: 'ok' } };
  const paths = Array.from({ length: OPERATIONS }, (_unused, at): [string, object] => [
    `/route${at}`,
    { get: { responses, 'x-nhncloud-apigateway': { plugins: { MOCK: { statusCode: 200, body: `round ${round}` } } } } },
  ]);
  return { swagger: '2.0', info: { title: 'memory', version: '1' }, paths: Object.fromEntries(paths) };
}

/** What the clients do, each in turns of its own; gives how often each has. */
class Clients {
  readonly calls: Record<string, number> = {};
  private readonly endsAt = performance.now() + MINUTES * 60_000;

  constructor(
    private readonly api: Api,
    private readonly serviceId: string,
    private readonly stageId: string,
  ) {}

  async run(): Promise<void> {
    const service = `/services/${this.serviceId}`;
    const stage = `${service}/stages/${this.stageId}`;
    const reads = ['/services', service, `${service}/resources`, `${service}/stages`, `${stage}/deploys/latest`];
    const read = (turn: number) => this.api.ok('GET', reads[turn % reads.length] ?? '');
    await Promise.all([
      ...Array.from({ length: READERS }, () => this.repeat('read', read)),
      this.repeat('write', (turn) => this.write(turn)),
      this.repeat('import', (turn) => this.api.importSwagger(this.serviceId, documentOf(turn))),
      this.repeat('deploy', (turn) => this.deploy(stage, turn)),
    ]);
  }

  private async repeat(name: string, call: (turn: number) => Promise<unknown>): Promise<void> {
    for (let turn = 0; performance.now() < this.endsAt; turn += 1) {
      await call(turn);
      this.calls[name] = (this.calls[name] ?? 0) + 1;
      await delay(PAUSE_MS);
    }
  }

  private async write(turn: number): Promise<void> {
    const body = { apiKeyName: `key ${turn}`, apiKeyStatus: 'ACTIVE' };
    const headers = { 'idempotency-key': `memory-${turn}` };
    const answer = await this.api.call('POST', '/apikeys', body, headers);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    await this.api.ok('PUT', `/services/${this.serviceId}`, { apigwServiceName: `name ${turn}` });
    await this.api.ok('DELETE', `/apikeys/${answer.body.apiKey.apiKeyId}`);
  }

  private async deploy(stage: string, turn: number): Promise<void> {
    await this.api.ok('PUT', stage, { backendEndpointUrl: `http://127.0.0.1:${10_000 + (turn % 1000)}` });
    const { deployStatus } = await this.api.deploy(this.serviceId, this.stageId);
    if (deployStatus !== 'COMPLETE') throw new Error(`a deployment ended in ${deployStatus}`);
  }
}

const postgres = await startTestPostgres();
await postgres.createDatabase('bench');
const stack = await launchStack(postgres.url('bench'), { variables: { MAX_METHODS: '1000' } });
try {
  const api = await stack.newProject();
  const serviceId = await api.createService('memory');
  await api.importSwagger(serviceId, documentOf(-1));
  const { stageId } = await api.createStage(serviceId, 'http://127.0.0.1:10080');
  await api.deploy(serviceId, stageId);
  const pid = stack.controlPlanes[0]?.pid ?? 0;
  const startedAt = performance.now();
  const samples: Sample[] = [];
  const clients = new Clients(api, serviceId, stageId);
  const sample = async () => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    samples.push({ seconds, residentMb: await residentMbOf(pid) });
  };
  await sample();
  const done = clients.run().then(() => true);
  while (!(await Promise.race([done, delay(SAMPLE_INTERVAL_MS, false)]))) await sample();
  await sample();
  const most = Math.max(...samples.map(({ residentMb }) => residentMb));
  const shown = samples.filter((_sample, at) => at % Math.ceil(samples.length / 12) === 0);
  console.table([...shown, samples.at(-1)]);
  console.log(`most: ${most} MB; calls: ${JSON.stringify(clients.calls)}`);
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  await mkdir('bench/results', { recursive: true });
  const report = { minutes: MINUTES, ...machine, mostResidentMb: most, calls: clients.calls, samples };
  await writeFile('bench/results/control-memory.json', `${JSON.stringify(report, null, 2)}\n`);
} catch (error) {
  const printed = stack.controlPlanes.map((controlPlane) => controlPlane.output().slice(-LAST_OUTPUT_CHARACTERS));
  console.error(`The control plane printed last:\n${printed.join('\n')}`);
  throw error;
} finally {
  await stack.stop();
  await postgres.stop();
}
