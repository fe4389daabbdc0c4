import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseTemplate, pathVariablesOf, TemplateError } from '../../src/contract/templates.js';

describe('templates', () => {
  it('are the text itself when they hold no variable', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !/\$!?\{/.test(text)),
        (text) => {
          expect(parseTemplate(text)).toEqual(text === '' ? [] : [{ kind: 'text', text }]);
        },
      ),
    );
  });

  it('tell quiet variables from those that stay as written', () => {
    const quiet = parseTemplate('a${request.host}b$!{request.header.X-A}').map((piece) =>
      piece.kind === 'text' ? piece.text : [piece.variable, piece.quiet, piece.written],
    );
    expect(quiet).toEqual([
      'a',
      [{ source: 'request.host', argument: '' }, false, '${request.host}'],
      'b',
      [{ source: 'request.header', argument: 'X-A' }, true, '$!{request.header.X-A}'],
    ]);
  });

  it.each(['${', '${request.host', '${nope}', '${}', '${request.path.}', '${request.header. x}', '$!{request.Host}'])(
    'refuse %s',
    (text) => {
      expect(() => parseTemplate(text)).toThrow(TemplateError);
    },
  );

  it('name the path variables that they use', () => {
    expect(pathVariablesOf(parseTemplate('/${request.path.a}/$!{request.path.b+}/${request.uri}'))).toEqual([
      'a',
      'b+',
    ]);
  });
});
