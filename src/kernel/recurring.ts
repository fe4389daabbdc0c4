/** Work that is done again and again, each time an interval after the last one has ended, until it is stopped. */
export class Recurring {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  /** `onFailure` is told what the work throws; it is done again all the same. */
  constructor(
    private readonly intervalMs: number,
    private readonly work: () => Promise<void>,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Whether the end is waited for: long work looks here between its pieces. */
  get isStopped(): boolean {
    return this.stopped;
  }

  /** Does the work for the first time after a delay. Call it once. */
  start(delayMs: number): void {
    this.timer = setTimeout(() => {
      this.running = this.run();
    }, delayMs);
  }

  /** Begins no further work and waits for the end of what is being done. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    try {
      await this.work();
    } catch (error) {
      this.onFailure(error);
    }
    if (!this.stopped) this.start(this.intervalMs);
  }
}
