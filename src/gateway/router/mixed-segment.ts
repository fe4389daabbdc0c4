import type { PathPiece } from '../../contract/paths.js';

/** A segment of text and variables, such as `v{major}.{minor}`. */
export interface MixedSegment {
  /** The segment with its variables written `{}`; equal shapes match the same requests. */
  readonly shape: string;
  /** Characters of text; more of them go first. */
  readonly textLength: number;
  /** The values of the variables, in order, or null when the segment does not match. */
  match(segment: string): string[] | null;
}

/**
 * Builds the matcher of a segment whose pieces are text and variables by turns.
 * Every variable takes at least one character and as few as possible; that never misses a match
 * and takes time in proportion to the segment, which a regular expression with many variables does not.
 */
export function mixedSegment(pieces: readonly PathPiece[]): MixedSegment {
  const texts: string[] = [''];
  for (const piece of pieces) {
    if (piece.kind === 'variable') texts.push('');
    else texts[texts.length - 1] += piece.text;
  }
  const textLength = texts.reduce((sum, text) => sum + text.length, 0);
  return { shape: texts.join('{}'), textLength, match: (segment) => matchTexts(texts, segment) };
}

function matchTexts(texts: readonly string[], segment: string): string[] | null {
  const first = texts[0] ?? '';
  const last = texts.at(-1) ?? '';
  if (!segment.startsWith(first) || !segment.endsWith(last)) return null;
  const end = segment.length - last.length;
  const values: string[] = [];
  let at = first.length;
  for (const text of texts.slice(1, -1)) {
    const found = segment.indexOf(text, at + 1);
    if (found < 0 || found + text.length > end) return null;
    values.push(segment.slice(at, found));
    at = found + text.length;
  }
  if (end <= at) return null;
  values.push(segment.slice(at, end));
  return values;
}
