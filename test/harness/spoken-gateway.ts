import type { Manifest } from '../../src/contract/sync.js';
import { SYNC_PREFIX } from '../../src/contract/sync.js';
import { SNAPSHOT_FORMAT_VERSION } from '../../src/contract/snapshot.js';
import type { Stack } from './stack.js';

/** A gateway played by a test: it speaks the gateways' protocol to a real control plane, word by word. */
export class SpokenGateway {
  constructor(
    readonly id: string,
    stack: Stack,
    public controlUrl = stack.address.controlUrl,
    /** What it shows; the shared token unless given. */
    private readonly token = stack.address.gatewayToken,
  ) {}

  /** Calls the control plane as a gateway does. */
  call(method: string, path: string, body?: object, token = this.token): Promise<Response> {
    return fetch(`${this.controlUrl}${SYNC_PREFIX}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  }

  /** Asks for the manifest; also the sign of life. */
  async manifest(known = '', waitMs = 0, region = 'KR1'): Promise<Manifest> {
    const query = `region=${region}&formatVersion=${SNAPSHOT_FORMAT_VERSION}&known=${known}&waitMs=${waitMs}`;
    const answer = await this.call('GET', `/gateways/${this.id}/manifest?${query}`);
    if (answer.status !== 200) throw new Error(`manifest: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Manifest;
  }

  /** What the manifest says of a stage; undefined when it does not name it. */
  async wanted(stageId: string, region = 'KR1'): Promise<Manifest['stages'][number] | undefined> {
    return (await this.manifest('', 0, region)).stages.find((stage) => stage.stageId === stageId);
  }

  /** Says that it serves what is wanted of a stage, or why not. */
  async receipt(stageId: string, refusal: string | null = null, region = 'KR1'): Promise<void> {
    const stage = await this.wanted(stageId, region);
    if (!stage) throw new Error('Nothing is wanted of the stage');
    const { deploymentId, snapshotHash } = stage;
    const receipts = [{ deploymentId, snapshotHash, refusal }];
    const answer = await this.call('POST', `/gateways/${this.id}/receipts`, { receipts });
    if (answer.status !== 204) throw new Error(`receipts: ${answer.status} ${await answer.text()}`);
  }
}
