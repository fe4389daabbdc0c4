/** A limit speaks of this time. */
const WINDOW_MS = 1000;
export const WINDOW_SECONDS = WINDOW_MS / 1000;

/** The requests of one key within the last second: how many in which millisecond. */
class Window {
  private readonly times: number[] = [];
  private readonly counts: number[] = [];
  private head = 0;
  private total = 0;

  /** Counts a request unless `limit` have been counted within the second before `nowMs`. Gives what is left, -1 for none. */
  take(limit: number, nowMs: number): number {
    this.forgetUntil(nowMs - WINDOW_MS);
    if (this.total >= limit) return -1;
    const last = this.times.length - 1;
    if (last >= this.head && this.times[last] === nowMs) this.counts[last] = (this.counts[last] ?? 0) + 1;
    else {
      this.times.push(nowMs);
      this.counts.push(1);
    }
    this.total += 1;
    return limit - this.total;
  }

  private forgetUntil(timeMs: number): void {
    while (this.head < this.times.length && (this.times[this.head] ?? 0) <= timeMs) {
      this.total -= this.counts[this.head] ?? 0;
      this.head += 1;
    }
    // As seldom as there is half of it to gain, so that a request pays for one element on average.
    if (this.head * 2 <= this.times.length || this.head < 16) return;
    this.times.splice(0, this.head);
    this.counts.splice(0, this.head);
    this.head = 0;
  }
}

/**
 * Limits of requests per second, exact: within any second no more than the limit are let through. A key that is not
 * asked for is forgotten after one to two seconds, so that the memory follows the traffic and not the number of keys.
 */
export class RateWindows {
  private recent = new Map<string, Window>();
  private older = new Map<string, Window>();
  private turnsAtMs = 0;

  /** Number of keys that are held. */
  get size(): number {
    return this.recent.size + this.older.size;
  }

  /** Counts a request at a steady time unless the limit is reached. Gives what is left, -1 when it is refused. */
  take(key: string, limit: number, steadyMs: number): number {
    const nowMs = Math.floor(steadyMs);
    if (nowMs >= this.turnsAtMs) this.turn(nowMs);
    let window = this.recent.get(key);
    if (!window) {
      window = this.older.get(key);
      if (window) this.older.delete(key);
      else window = new Window();
      this.recent.set(key, window);
    }
    return window.take(limit, nowMs);
  }

  /** What was not asked for since the turn before this one is at least a second old. */
  private turn(nowMs: number): void {
    this.older = nowMs >= this.turnsAtMs + WINDOW_MS ? new Map() : this.recent;
    this.recent = new Map();
    this.turnsAtMs = nowMs + WINDOW_MS;
  }
}
