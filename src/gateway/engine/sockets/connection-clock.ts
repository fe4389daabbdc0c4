import { turnClock } from '../../turn.js';
import { QuietLimit, type Sending } from '../quiet-limit.js';
import { type ClientLimits, overdue } from './overdue.js';
import type { RequestReader } from './request-reader.js';

/** What takes how long on a client's connection. */
export class ConnectionClock {
  /** When the last byte moved, in either direction. */
  private movedMs: number;
  /** When the first byte of the request came, or the connection. */
  private begunMs: number;
  private readonly quiet: QuietLimit;

  constructor(
    output: Sending,
    private readonly limits: ClientLimits,
    nowMs: number,
  ) {
    this.movedMs = this.begunMs = nowMs;
    this.quiet = new QuietLimit(output);
  }

  moved(): void {
    this.movedMs = turnClock.steadyMs();
  }

  /** From now on the next request may take its time. */
  begun(): void {
    this.begunMs = this.movedMs = turnClock.steadyMs();
  }

  /** From now on nothing may leave for so long only. */
  limitQuiet(limitMs: number): void {
    this.quiet.set(limitMs, performance.now());
  }

  /** What the connection has coming for taking too long, as {@link overdue} says. */
  verdict(reader: RequestReader, nowMs: number): 'REFUSE' | 'CUT' | null {
    if (this.quiet.isReached(nowMs)) return 'CUT';
    const times = { silentMs: nowMs - this.movedMs, runsMs: nowMs - this.begunMs };
    return overdue(reader, times, this.limits);
  }
}
