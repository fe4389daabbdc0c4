import type { Writable } from 'node:stream';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';

/** How much may wait for a reader that is slow; what comes then is left out. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
/** Lines are gathered for this long and go out in one piece. */
const GATHER_MS = 20;

/** Writes lines to a stream without ever waiting for it, in bounded memory. */
export class AccessLog {
  private lines: string[] = [];
  private gatheredBytes = 0;
  private dropped = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly output: Writable) {
    output.on('error', this.onError);
  }

  /** Nobody reads any more. The requests matter more than their log; what is lost is counted like what is left out. */
  private readonly onError = (): void => {
    this.dropped += 1;
  };

  /** Takes a line (without its end), or counts it as left out. */
  write(line: string): void {
    const bytes = line.length + 1;
    if (this.output.writableLength + this.gatheredBytes + bytes > MAX_WAITING_BYTES) {
      this.dropped += 1;
      return;
    }
    if (this.dropped > 0) this.reportDropped();
    this.lines.push(line);
    this.gatheredBytes += bytes;
    this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Writes what has been gathered, and waits up to `timeoutMs` until it is out. */
  async close(timeoutMs: number): Promise<void> {
    this.flush();
    if (this.dropped > 0) {
      this.reportDropped();
      this.flush();
    }
    if (this.output.writableLength > 0) {
      const written = new Promise((resolve) => this.output.write('', resolve));
      await Promise.race([written, delay(timeoutMs, undefined, { ref: false })]);
    }
    // An error of the last write is told a turn later.
    await setImmediate();
    this.output.off('error', this.onError);
  }

  private flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.lines.length === 0) return;
    this.output.write(`${this.lines.join('\n')}\n`);
    this.lines = [];
    this.gatheredBytes = 0;
  }

  private reportDropped(): void {
    const fields = { time: new Date().toISOString(), level: 'warn', message: 'lines of the access log were left out' };
    this.lines.push(JSON.stringify({ ...fields, dropped: this.dropped }));
    this.dropped = 0;
  }
}
