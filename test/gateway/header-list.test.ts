import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { responseText } from '../../src/gateway/engine/sockets/response-text.js';
import { addHeader, type HeaderList, headerList, setHeader } from '../../src/gateway/header-list.js';
import { headerNames, isNamed } from '../../src/gateway/headers.js';
import { readHeaderLines } from '../../src/gateway/http1/head.js';
import { requestText } from '../../src/gateway/upstream/sockets/request-text.js';

/** Characters whose low byte, which is all that Latin-1 has room for, ends a line, and those that do so as they are. */
const ENDINGS = ['\r', '\n', '\0', '\u010a', '\u010d', '\u0100', '\u{1f30a}', '한'];

/** Every way to put something that may be anything into a list. */
const WAYS: Readonly<Record<string, (name: string, value: string) => HeaderList>> = {
  'made with the list': headerList,
  added(name, value) {
    const list = headerList();
    addHeader(list, name, value);
    return list;
  },
  set(name, value) {
    const list = headerList(name.toLowerCase(), 'before');
    setHeader(list, name, value);
    return list;
  },
};

/** The lines of a head behind its first one. */
const linesOf = (text: string): string => text.slice(text.indexOf('\n') + 1);

describe.each(Object.entries(WAYS))('a header that is %s', (_way, put) => {
  it('is one line of a request and of a response, or is refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, value) => {
        let list: HeaderList;
        try {
          list = put(`X-${name}`, value);
        } catch {
          return;
        }
        const line = `X-${name}: ${value}\r\n`;
        expect(line.slice(0, -2)).not.toMatch(/[\r\n\0]/);
        const response = linesOf(responseText(200, list));
        const request = linesOf(requestText({ method: 'GET', path: '/', body: null, headers: list }, 'h').text);
        for (const text of [response, request]) {
          expect(Buffer.from(text, 'latin1').toString('latin1')).toBe(text);
          expect(text).toContain(line);
          // Date and its end, Host and the end of the head.
          expect(text.split('\r\n')).toHaveLength(text === response ? 3 : 4);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(ENDINGS)('never holds %j', (ending) => {
    expect(() => put('X-A', `a${ending}X-B: b`)).toThrow('cannot be written');
    expect(() => put(`X-A${ending}`, 'a')).toThrow('cannot be written');
  });

  it('keeps the bytes of Latin-1', () => {
    expect(responseText(200, put('X-A', 'caf\xe9\t~'))).toContain('X-A: caf\xe9\t~\r\n');
  });
});

describe('headers that a message came with', () => {
  it('can all be written', () => {
    const byte = fc.oneof(fc.constantFrom(0x0d, 0x0a, 0x20, 0x09, 0x3a, 0x2d), fc.nat(255));
    const lines = fc.array(fc.oneof(byte, fc.constantFrom(0x41, 0x61, 0x31)), { maxLength: 30 });
    let readHeads = 0;
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 4 }), (all) => {
        const bytes = Buffer.concat(all.map((line) => Buffer.from([0x58, 0x3a, ...line, 0x0d, 0x0a])));
        const read = readHeaderLines({ bytes, text: bytes.toString('latin1') }, 0);
        readHeads += read ? 1 : 0;
        const parts = read?.headers ?? [];
        expect(() => headerList(...parts)).not.toThrow();
      }),
      { numRuns: 20_000 },
    );
    expect(readHeads).toBeGreaterThan(1_000);
  });
});

describe('names of headers', () => {
  const letter = fc.constantFrom(...'aAbBzZ-^~_09');
  const name = fc.string({ unit: letter, minLength: 1, maxLength: 3 });

  it('are the same whatever their case, and no others', () => {
    fc.assert(
      fc.property(name, name, (sent, known) => {
        const [one, other] = [sent.toLowerCase(), known.toLowerCase()];
        expect(isNamed(sent, one)).toBe(true);
        expect(isNamed(sent, other)).toBe(one === other);
      }),
      { numRuns: 5_000 },
    );
    // A letter beyond ASCII that becomes one of it is another letter all the same.
    expect(isNamed('\u212aeep-alive', 'keep-alive')).toBe(false);
  });

  it('are found among several', () => {
    fc.assert(
      fc.property(name, fc.array(name, { minLength: 1, maxLength: 6 }), (sent, known) => {
        const lowerNames = known.map((each) => each.toLowerCase());
        expect(headerNames(lowerNames)(sent)).toBe(lowerNames.includes(sent.toLowerCase()));
      }),
      { numRuns: 5_000 },
    );
  });
});
