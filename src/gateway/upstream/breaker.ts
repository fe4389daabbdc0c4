/**
 * Keeps requests from a backend that stays silent: after `failures` silent requests in a row it is open for `openMs`,
 * then one request tries whether the backend is back. An answer closes it, a further silence opens it again.
 */
export class Breaker {
  private silent = 0;
  private openUntilMs = 0;
  private probing = false;

  constructor(
    private readonly failures: number,
    private readonly openMs: number,
    private readonly nowMs: () => number,
  ) {}

  /** Whether requests are kept away now. */
  get isOpen(): boolean {
    return this.silent >= this.failures && this.nowMs() < this.openUntilMs;
  }

  /** Whether a request may go. One that may must end in {@link answered}, {@link failed} or {@link abandoned}. */
  admit(): boolean {
    if (this.silent < this.failures) return true;
    if (this.probing || this.nowMs() < this.openUntilMs) return false;
    this.probing = true;
    return true;
  }

  /** The backend has answered, whatever it said. */
  answered(): void {
    this.silent = 0;
    this.probing = false;
  }

  /** The backend has not answered. */
  failed(): void {
    this.silent += 1;
    this.probing = false;
    if (this.silent >= this.failures) this.openUntilMs = this.nowMs() + this.openMs;
  }

  /** The request ended before the backend could show anything. */
  abandoned(): void {
    this.probing = false;
  }
}
