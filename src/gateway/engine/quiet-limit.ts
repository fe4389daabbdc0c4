/** What is looked at on a connection. */
export interface Sending {
  /** Bytes that were given to be sent. */
  readonly bytesWritten: number;
  /** Bytes of them that the system has not taken yet. */
  readonly writableLength: number;
}

/**
 * How long nothing may leave on a connection of which nobody knows whether its client is still there. Sending starts the
 * time anew: a client that has gone answers it with a reset, and one that takes its time is there.
 */
export class QuietLimit {
  private limitMs = Infinity;
  private sinceMs = 0;
  private sentBytes = 0;

  constructor(private readonly socket: Sending) {}

  /** Sets the limit, from now on; `nowMs` is of performance.now(). */
  set(limitMs: number, nowMs: number): void {
    this.limitMs = limitMs;
    this.sinceMs = nowMs;
    this.sentBytes = this.socket.bytesWritten;
  }

  /** Whether nothing has left for so long, as far as calls of this show. */
  isReached(nowMs: number): boolean {
    if (this.limitMs === Infinity) return false;
    const { bytesWritten, writableLength } = this.socket;
    if (writableLength > 0 || bytesWritten !== this.sentBytes) {
      this.sentBytes = bytesWritten;
      this.sinceMs = nowMs;
    }
    return nowMs - this.sinceMs >= this.limitMs;
  }
}
