import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { responseText } from '../../src/gateway/engine/sockets/response-text.js';
import { headerLine } from '../../src/gateway/http1/header-line.js';
import { requestText } from '../../src/gateway/upstream/sockets/request-text.js';

/** Characters whose low byte, which is all that Latin-1 has room for, ends a line, and those that do so as they are. */
const ENDINGS = ['\r', '\n', '\0', '\u010a', '\u010d', '\u0100', '\u{1f30a}', '한'];
const request = { method: 'GET', path: '/', body: null };

describe('a header that is written', () => {
  it('is one line, or is refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, value) => {
        let line = '';
        try {
          line = headerLine(name, value);
        } catch {
          return;
        }
        expect(Buffer.from(line, 'latin1').toString('latin1')).toBe(`${name}: ${value}\r\n`);
        expect(line.slice(0, -2)).not.toMatch(/[\r\n\0]/);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each(ENDINGS)('never holds %j, in a request or in a response', (ending) => {
    for (const headers of [
      ['X-A', `a${ending}X-B: b`],
      [`X-A${ending}`, 'a'],
    ]) {
      expect(() => responseText(200, headers)).toThrow('cannot be written');
      expect(() => requestText({ ...request, headers }, 'h')).toThrow('cannot be written');
    }
  });

  it('keeps the bytes of Latin-1', () => {
    expect(headerLine('X-A', 'caf\xe9\t~')).toBe('X-A: caf\xe9\t~\r\n');
  });
});
