/** Gets the content of a body piece by piece; the bytes may change after the call. */
export type BodySink = (piece: Buffer) => void;

/** Takes a body out of the bytes of a connection. */
export interface BodyDecoder {
  /** Whether the body is whole. */
  readonly isDone: boolean;
  /** Takes what belongs to the body and gives how many bytes that was; -1 when they cannot be read. */
  take(bytes: Buffer, sink: BodySink): number;
}

/** A body of a known length, at least 1 byte. */
export class LengthDecoder implements BodyDecoder {
  constructor(private left: number) {}

  get isDone(): boolean {
    return this.left === 0;
  }

  take(bytes: Buffer, sink: BodySink): number {
    const taken = Math.min(this.left, bytes.length);
    this.left -= taken;
    if (taken > 0) sink(taken === bytes.length ? bytes : bytes.subarray(0, taken));
    return taken;
  }
}

/** A body that ends with its connection. */
export class RestDecoder implements BodyDecoder {
  readonly isDone = false;

  take(bytes: Buffer, sink: BodySink): number {
    sink(bytes);
    return bytes.length;
  }
}

const [CR, LF, SEMICOLON] = [0x0d, 0x0a, 0x3b];
/** Hex digits of a chunk's size; leading zeros count. */
const MAX_SIZE_DIGITS = 16;
const MAX_CHUNK_BYTES = Number.MAX_SAFE_INTEGER;
/** Of all chunk extensions of a body together, and of all trailers. */
const MAX_EXTENSION_BYTES = 16 * 1024;
const MAX_TRAILER_BYTES = 16 * 1024;
/** What a trailer line must be. Those that would frame the message are refused, all are dropped. */
const TRAILER = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*$/;
const FRAMING_TRAILER = /^(content-length|transfer-encoding|host|connection|proxy-connection|keep-alive|upgrade):/i;
/** What stands behind the size of a chunk, from its first semicolon. */
const EXTENSION =
  /^(?:;[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:=(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(?:[\t\x20\x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"))?)+$/;

/**
 * Where a body in chunks is: in the digits of a size, in an extension, before the LF of the size's line, in the content
 * of a chunk, before its CR, before its LF, in a trailer line, before the LF of a trailer line, behind it all.
 */
type ChunkState =
  | 'SIZE'
  | 'EXTENSION'
  | 'SIZE_LF'
  | 'CONTENT'
  | 'CONTENT_CR'
  | 'CONTENT_LF'
  | 'TRAILER'
  | 'TRAILER_LF'
  | 'DONE';

/** A body in chunks (RFC 9112, 7.1). Extensions and trailers are read and dropped. */
export class ChunkDecoder implements BodyDecoder {
  private state: ChunkState = 'SIZE';
  private left = 0;
  private digits = 0;
  private extension = '';
  private extensionBytes = 0;
  private trailerBytes = 0;
  private trailer = '';

  get isDone(): boolean {
    return this.state === 'DONE';
  }

  take(bytes: Buffer, sink: BodySink): number {
    let at = 0;
    while (at < bytes.length && this.state !== 'DONE') {
      if (this.state === 'CONTENT') {
        const taken = Math.min(this.left, bytes.length - at);
        sink(bytes.subarray(at, at + taken));
        this.left -= taken;
        at += taken;
        if (this.left === 0) this.state = 'CONTENT_CR';
      } else {
        if (!this.step(bytes[at] ?? 0)) return -1;
        at += 1;
      }
    }
    return at;
  }

  /** Takes one byte outside of content; false when it must not stand there. */
  private step(byte: number): boolean {
    switch (this.state) {
      case 'SIZE':
        return this.size(byte);
      case 'EXTENSION':
        return this.extensionByte(byte);
      case 'SIZE_LF':
        return byte === LF && this.beginChunk();
      case 'CONTENT_CR':
        return byte === CR && this.go('CONTENT_LF');
      case 'CONTENT_LF':
        this.digits = 0;
        return byte === LF && this.go('SIZE');
      case 'TRAILER':
        return this.trailerByte(byte);
      case 'TRAILER_LF':
        return byte === LF && this.endTrailer();
      case 'CONTENT':
      case 'DONE':
        break;
    }
    // Neither takes single bytes.
    return false;
  }

  private go(state: ChunkState): true {
    this.state = state;
    return true;
  }

  private size(byte: number): boolean {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.digits += 1;
      this.left = this.left * 16 + digit;
      return this.digits <= MAX_SIZE_DIGITS && this.left <= MAX_CHUNK_BYTES;
    }
    if (this.digits === 0) return false;
    if (byte === CR) return this.go('SIZE_LF');
    if (byte !== SEMICOLON) return false;
    this.extension = ';';
    return this.go('EXTENSION');
  }

  private extensionByte(byte: number): boolean {
    if (byte === CR) return EXTENSION.test(this.extension) && this.go('SIZE_LF');
    this.extensionBytes += 1;
    if (this.extensionBytes > MAX_EXTENSION_BYTES) return false;
    this.extension += String.fromCharCode(byte);
    return true;
  }

  private beginChunk(): true {
    return this.go(this.left === 0 ? 'TRAILER' : 'CONTENT');
  }

  private trailerByte(byte: number): boolean {
    if (byte === CR) return this.go('TRAILER_LF');
    this.trailerBytes += 1;
    if (this.trailerBytes > MAX_TRAILER_BYTES) return false;
    this.trailer += String.fromCharCode(byte);
    return true;
  }

  private endTrailer(): boolean {
    const { trailer } = this;
    this.trailer = '';
    if (trailer === '') return this.go('DONE');
    return TRAILER.test(trailer) && !FRAMING_TRAILER.test(trailer) && this.go('TRAILER');
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
