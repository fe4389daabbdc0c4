import { type AccessEntryKind, accessEntryKinds } from '../../contract/access.js';

/** A place in the changes of the access document. The time tells it from the same revision of another database. */
export interface AccessPosition {
  readonly revision: bigint;
  /** Microseconds since 1970. */
  readonly changedAtMicros: bigint;
}

/** How far a gateway has come. */
export interface AccessCursor {
  readonly regionCode: string;
  /** All changes up to here are known, or will be once the whole document has been read. */
  readonly position: AccessPosition;
  /** Null: the whole document has been read. Else the last entry of it that has been. */
  readonly reading: { readonly kind: AccessEntryKind; readonly after: string } | null;
}

const CURSOR = /^([A-Z0-9]{1,10})_(\d{1,18})_(\d{1,18})(?:_([A-Z]+(?:_VALUE)?)~(.*))?$/;

/** A cursor as a text for the gateway. */
export function writeCursor({ regionCode, position, reading }: AccessCursor): string {
  const place = `${regionCode}_${position.revision}_${position.changedAtMicros}`;
  return reading ? `${place}_${reading.kind}~${reading.after}` : place;
}

/** A cursor from its text; null for '' and for whatever this version does not write. */
export function readCursor(text: string): AccessCursor | null {
  const [, regionCode = '', revision = '', changedAtMicros = '', name, after = ''] = CURSOR.exec(text) ?? [];
  if (regionCode === '') return null;
  const position = { revision: BigInt(revision), changedAtMicros: BigInt(changedAtMicros) };
  if (name === undefined) return { regionCode, position, reading: null };
  const kind = accessEntryKinds.find((known) => known === name);
  return kind ? { regionCode, position, reading: { kind, after } } : null;
}
