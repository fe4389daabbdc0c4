import type { ResponseWriter } from '../../exchange.js';
import type { ResponseFraming } from '../framing.js';

/** What a response is written to. */
export interface ResponseOutlet {
  /** Whether nothing more may be written. */
  readonly isOver: boolean;
  /** Writes Latin-1 text; false asks to wait for a drain. */
  write(text: string): boolean;
  /** Writes text, bytes and text as one piece. The bytes may change after the call. */
  writeJoined(before: string, bytes: Uint8Array, after: string): boolean;
  /** All has been written. */
  finish(close: boolean): void;
  cut(): void;
}

/** Writes the body of a response piece by piece. */
export class SocketWriter implements ResponseWriter {
  /** Calls when the connection takes more. */
  onDrained: (() => void) | null = null;
  private left: number;

  /** `close`: the connection ends behind it. */
  constructor(
    private readonly outlet: ResponseOutlet,
    readonly framing: ResponseFraming,
    private readonly close: boolean,
  ) {
    this.left = typeof framing === 'number' ? framing : Infinity;
  }

  write(piece: Uint8Array): boolean {
    if (this.outlet.isOver || piece.length === 0 || this.framing === 'NONE') return true;
    this.left -= piece.length;
    // More than was announced would be taken for the next response.
    if (this.left < 0) {
      this.outlet.cut();
      return true;
    }
    if (this.framing !== 'CHUNKS') return this.outlet.writeJoined('', piece, '');
    return this.outlet.writeJoined(`${piece.length.toString(16)}\r\n`, piece, '\r\n');
  }

  onDrain(listener: () => void): void {
    this.onDrained = listener;
  }

  end(): void {
    if (this.outlet.isOver) return;
    if (this.framing === 'CHUNKS') this.outlet.write('0\r\n\r\n');
    else if (typeof this.framing === 'number' && this.left !== 0) return this.outlet.cut();
    this.outlet.finish(this.close);
  }
}
