const CHECK_INTERVAL_MS = 50;

/**
 * Ends waiting for someone who has said nothing for too long while somebody was waiting. Answers that lie ready count
 * as given: a process that was busy itself does not blame the other side. One timer for all, none while nobody waits.
 */
export class Patience {
  private readonly waiting = new Set<(error: Error) => void>();
  private progressAtMs = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly limitMs: number,
    private readonly complaint: string,
  ) {}

  /** Resolves as `answer` does, or rejects when nothing at all was answered for too long. */
  waitFor<Answer>(answer: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.waiting.size === 0) this.progressAtMs = performance.now();
      this.waiting.add(reject);
      this.timer ??= setInterval(() => this.check(), CHECK_INTERVAL_MS);
      const settle = (): void => {
        this.progressAtMs = performance.now();
        this.waiting.delete(reject);
      };
      answer.finally(settle).then(resolve, reject);
    });
  }

  private check(): void {
    if (this.waiting.size === 0) {
      if (this.timer) clearInterval(this.timer);
      this.timer = null;
    } else if (this.isOver()) {
      // What has arrived is read before this runs.
      setImmediate(() => {
        if (!this.isOver()) return;
        for (const reject of this.waiting) reject(new Error(this.complaint));
        this.waiting.clear();
      });
    }
  }

  private isOver(): boolean {
    return performance.now() - this.progressAtMs > this.limitMs;
  }
}
