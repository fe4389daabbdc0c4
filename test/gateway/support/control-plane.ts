import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  type Manifest,
  type ManifestStage,
  type MetricBatch,
  metricBatchSchema,
  type Receipt,
  receiptsSchema,
  SYNC_PREFIX,
} from '../../../src/contract/sync.js';
import { SNAPSHOT_BASE_HEADER } from '../../../src/contract/snapshot-delta.js';
import { contentHash } from '../../../src/kernel/canonical-json.js';
import { TestAccess } from './access.js';
import { until } from './until.js';

export const GATEWAY_TOKEN = 'token-of-the-test-gateways';

/** A server that speaks the sync contract over HTTP, with what is deployed kept in memory. */
export class TestControlPlane {
  readonly access = new TestAccess();
  readonly receipts: Receipt[] = [];
  /** Gateways that have signed off. */
  readonly left: string[] = [];
  readonly fetched: string[] = [];
  /** What gateways said that they hold when they fetched; null for nothing. */
  readonly bases: (string | null)[] = [];
  /** Tells a snapshot against a base, when it is asked to; null: whole, as a control plane of before does. */
  tellDelta: ((base: unknown, snapshot: unknown) => { base?: string; snapshot: unknown }) | null = null;
  /** Statuses to answer receipts with before they are taken. */
  readonly receiptStatuses: number[] = [];
  /** Statuses to answer with before snapshots are given. */
  readonly snapshotStatuses: number[] = [];
  /** Batches of counts by their id, as they were first taken. */
  readonly batches = new Map<string, MetricBatch>();
  /** Ids of all batches that came, repetitions included. */
  readonly batchIds: string[] = [];
  /** What to do with batches before they are taken: answer a status, or take one and lose the answer. */
  readonly batchAnswers: (number | 'lost')[] = [];
  manifestCalls = 0;
  private readonly server = createServer((request, response) => void this.answer(request, response));
  private readonly changes = new EventEmitter().setMaxListeners(0);
  private readonly stages = new Map<string, ManifestStage>();
  private readonly snapshots = new Map<string, { hash: string; snapshot: unknown }>();
  private deployments = 0;

  async listen(port = 0): Promise<void> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Makes a snapshot the wanted one of a stage; gives the deployment's id. */
  deploy(hosts: string[], snapshot: { stageId: string }, hash = contentHash(snapshot)): string {
    this.deployments += 1;
    const deploymentId = `deployment${this.deployments}`;
    this.snapshots.set(deploymentId, { hash, snapshot });
    this.stages.set(snapshot.stageId, { stageId: snapshot.stageId, hosts, deploymentId, snapshotHash: hash });
    this.changes.emit('change');
    return deploymentId;
  }

  setHosts(stageId: string, hosts: string[]): void {
    const stage = this.stages.get(stageId);
    if (stage) this.stages.set(stageId, { ...stage, hosts });
    this.changes.emit('change');
  }

  remove(stageId: string): void {
    this.stages.delete(stageId);
    this.changes.emit('change');
  }

  /** Waits for the receipt of a deployment. */
  async receiptOf(deploymentId: string): Promise<Receipt> {
    return until(() => this.receipts.find((receipt) => receipt.deploymentId === deploymentId));
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private get manifest(): Manifest {
    const stages = [...this.stages.values()];
    return { hash: contentHash(stages), stages };
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.url);
    const parts = url.pathname.startsWith(SYNC_PREFIX) ? url.pathname.slice(SYNC_PREFIX.length + 1).split('/') : [];
    const [kind, id = '', what] = parts;
    if (request.headers.authorization !== `Bearer ${GATEWAY_TOKEN}`) return send(response, 401);
    if (request.method === 'GET' && kind === 'gateways' && what === 'manifest')
      return this.answerManifest(url, response);
    if (request.method === 'GET' && kind === 'gateways' && what === 'access') return this.access.answer(url, response);
    if (request.method === 'GET' && kind === 'snapshots') {
      const status = this.snapshotStatuses.shift();
      if (status !== undefined) return send(response, status);
      this.fetched.push(id);
      return this.answerSnapshot(id, request.headers[SNAPSHOT_BASE_HEADER], response);
    }
    if (request.method === 'POST' && what === 'receipts') {
      const { receipts } = receiptsSchema.parse(JSON.parse(await text(request)));
      const status = this.receiptStatuses.shift() ?? 204;
      if (status === 204) this.receipts.push(...receipts);
      return send(response, status);
    }
    if (request.method === 'POST' && what === 'metrics') return this.takeBatch(await text(request), response);
    if (request.method === 'DELETE' && kind === 'gateways') {
      this.left.push(id);
      return send(response, 204);
    }
    send(response, 404);
  }

  private answerSnapshot(id: string, base: string | string[] | undefined, response: ServerResponse): void {
    const named = typeof base === 'string' ? base : null;
    this.bases.push(named);
    const whole = this.snapshots.get(id);
    const held = named === null ? undefined : this.snapshots.get(named);
    if (!whole || !held || named === null || !this.tellDelta) return send(response, whole ? 200 : 404, whole);
    send(response, 200, { hash: whole.hash, base: named, ...this.tellDelta(held.snapshot, whole.snapshot) });
  }

  private takeBatch(body: string, response: ServerResponse): void {
    const batch = metricBatchSchema.parse(JSON.parse(body));
    this.batchIds.push(batch.batchId);
    const answer = this.batchAnswers.shift() ?? 204;
    if (typeof answer === 'number' && answer !== 204) return send(response, answer);
    if (!this.batches.has(batch.batchId)) this.batches.set(batch.batchId, batch);
    if (answer === 'lost') response.destroy();
    else send(response, 204);
  }

  private async answerManifest(url: URL, response: ServerResponse): Promise<void> {
    if (url.searchParams.get('region') !== 'KR1' || url.searchParams.get('formatVersion') !== '1')
      return send(response, 400);
    this.manifestCalls += 1;
    const deadline = Date.now() + Number(url.searchParams.get('waitMs'));
    while (this.manifest.hash === url.searchParams.get('known') && Date.now() < deadline && !response.destroyed) {
      await Promise.race([
        once(this.changes, 'change'),
        once(response, 'close'),
        new Promise((resolve) => setTimeout(resolve, deadline - Date.now()).unref()),
      ]);
    }
    if (!response.destroyed) send(response, 200, this.manifest);
  }
}

function send(response: ServerResponse, status: number, body?: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
