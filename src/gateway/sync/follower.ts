import { type Manifest, MAX_MANIFEST_WAIT_MS, type Receipt } from '../../contract/sync.js';
import { errorFields, type Log } from '../log.js';
import type { Configuration } from './configuration.js';
import type { ControlPlane } from './control-plane.js';
import { repeat } from './repeat.js';
import type { FetchSnapshot } from './snapshot-reader.js';

const LEAVE_TIMEOUT_MS = 2_000;
/** As long as a receipt may be; see contract/sync.ts. */
const MAX_REFUSAL_LENGTH = 2_000;

/** Follows the control plane for as long as the gateway runs. Without it the gateway serves on. */
export class Follower {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private known = '';
  private pending: Receipt[] = [];

  constructor(
    private readonly controlPlane: ControlPlane,
    private readonly configuration: Configuration,
    private readonly log: Log,
  ) {}

  start(): void {
    const { signal } = this.stopped;
    const problem = 'could not follow the control plane';
    this.running = repeat((stopped) => this.round(stopped), { signal, log: this.log, problem });
  }

  /** Stops following and takes the gateway out at the control plane, when that can be reached. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
    try {
      await this.controlPlane.leave(AbortSignal.timeout(LEAVE_TIMEOUT_MS));
    } catch (error) {
      this.log('warn', 'could not sign off at the control plane', errorFields(error));
    }
    this.controlPlane.close();
  }

  private async round(signal: AbortSignal): Promise<void> {
    // Receipts that were not taken are sent again with the next round, which then must not wait for news.
    const waitMs = this.pending.length > 0 ? 0 : MAX_MANIFEST_WAIT_MS;
    const manifest = await this.controlPlane.manifest(this.known, waitMs, signal);
    if (manifest.hash !== this.known) await this.apply(manifest, signal);
    else await this.configuration.save();
    await this.sendReceipts(signal);
  }

  /** @throws when a snapshot could not be fetched, so that the manifest is asked for again. */
  private async apply(manifest: Manifest, signal: AbortSignal): Promise<void> {
    const fetch: FetchSnapshot = (deploymentId, base) => this.controlPlane.snapshot(deploymentId, base, signal);
    const { receipts, unfetched } = await this.configuration.apply(manifest, fetch);
    this.pending = receipts;
    if (unfetched.length > 0) {
      await this.sendReceipts(signal);
      throw new Error(`${unfetched.length} snapshots could not be fetched`, { cause: unfetched[0] });
    }
    this.known = manifest.hash;
    const refused = receipts.filter(({ refusal }) => refusal !== null).length;
    this.log('info', 'took a manifest', { stages: manifest.stages.length, refused });
  }

  private async sendReceipts(signal: AbortSignal): Promise<void> {
    if (this.pending.length === 0) return;
    const receipts = this.pending.map((receipt) => ({
      ...receipt,
      refusal: receipt.refusal?.slice(0, MAX_REFUSAL_LENGTH) ?? null,
    }));
    await this.controlPlane.sendReceipts({ receipts }, signal);
    this.pending = [];
  }
}
