import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BodyDecoder, ChunkDecoder, LengthDecoder } from '../../../src/gateway/http1/body.js';

const content = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const cuts = fc.array(fc.nat(1000), { maxLength: 10 });

/** The content of a body, and what stands behind it, when its bytes come in pieces. */
function decoded(decoder: BodyDecoder, bytes: Buffer, places: readonly number[]): [string, string] {
  const sorted = [...new Set(places.map((place) => place % bytes.length))].toSorted((a, b) => a - b);
  const pieces = [0, ...sorted].map((from, at) => bytes.subarray(from, sorted[at] ?? bytes.length));
  let [found, behind] = ['', ''];
  for (const piece of pieces) {
    const taken = decoder.isDone ? 0 : decoder.take(piece, (part) => (found += part.toString('latin1')));
    if (taken < 0) throw new Error('it cannot be read');
    behind += piece.toString('latin1', taken);
  }
  return [found, behind];
}

describe('a body', () => {
  it('in chunks is the same however it comes, with nothing of what follows', () => {
    fc.assert(
      fc.property(fc.array(content, { maxLength: 5 }), content, cuts, (chunks, behind, places) => {
        const written = chunks.flatMap((chunk) => [
          `${chunk.length.toString(16)};a=b\r\n`,
          chunk.toString('latin1'),
          '\r\n',
        ]);
        const bytes = Buffer.from(`${written.join('')}0\r\nX-Trailer: 1\r\n\r\n${behind.toString('latin1')}`, 'latin1');
        const whole = Buffer.concat(chunks).toString('latin1');
        expect(decoded(new ChunkDecoder(), bytes, places)).toEqual([whole, behind.toString('latin1')]);
      }),
    );
  });

  it('of a length is the same however it comes, with nothing of what follows', () => {
    fc.assert(
      fc.property(content, content, cuts, (body, behind, places) => {
        const bytes = Buffer.concat([body, behind]);
        const expected = [body.toString('latin1'), behind.toString('latin1')];
        expect(decoded(new LengthDecoder(body.length), bytes, places)).toEqual(expected);
      }),
    );
  });
});
