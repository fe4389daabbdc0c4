import { MAX_MANIFEST_WAIT_MS } from '../../contract/sync.js';
import type { Access, AccessCopy } from '../access/index.js';
import type { Log } from '../log.js';
import type { ControlPlane } from './control-plane.js';
import { repeat } from './repeat.js';

/** Follows who may call and how often, for as long as the gateway runs. */
export class AccessFollower {
  private confirmedMs: number | null = null;
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly controlPlane: ControlPlane,
    private readonly access: Access,
    private readonly copy: AccessCopy,
    private readonly log: Log,
  ) {}

  start(): void {
    const { signal } = this.stopped;
    const problem = 'could not follow the access document';
    this.running = repeat((stopped) => this.round(stopped), { signal, log: this.log, problem });
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
    this.controlPlane.close();
    await this.copy.close(this.access);
  }

  /** When the control plane last said who may call, in milliseconds since 1970; null: not yet. */
  get confirmedAtMs(): number | null {
    return this.confirmedMs;
  }

  private async round(signal: AbortSignal): Promise<void> {
    const { access, copy } = this;
    const waitMs = access.isBuilding ? 0 : MAX_MANIFEST_WAIT_MS;
    const page = await this.controlPlane.access(access.cursor, waitMs, signal);
    const taken = access.take(page);
    this.confirmedMs = Date.now();
    // Not waited for: the next change must not wait for the disk. They are written in their order.
    if (taken === 'changes') void copy.append(page, access);
    if (taken !== 'whole') return;
    this.log('info', 'took the access document', { entries: access.current?.size });
    void copy.rewrite(access);
  }
}
