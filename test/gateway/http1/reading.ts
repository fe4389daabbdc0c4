/** A message as somebody has read it. */
export interface ReadMessage {
  /** Method and target, or the status. */
  readonly line: string;
  readonly headers: readonly string[];
  /** Whether the connection may carry another message. */
  readonly keepsAlive: boolean;
  /** One character for each byte; of a body that is not whole, what has come of it. */
  body: string;
  isWhole: boolean;
}

/** All that somebody has read of the bytes of a connection. */
export interface Reading {
  /** Only the last one may lack its end. */
  readonly messages: readonly ReadMessage[];
  /** Why nothing more is read; null while more could come. `closed`: the last message was to be the last. */
  readonly end: string | null;
}

/** The bytes of a text of one character each, cut at places that are taken modulo its length. */
export function inPieces(text: string, cuts: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text, 'latin1');
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...places].map((from, at) => bytes.subarray(from, places[at] ?? bytes.length));
}
