import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { bodyOf, BodySource, fromStream, toStream } from '../../../src/gateway/body/index.js';
import { BodyTooLarge, MAX_BODY_BYTES } from '../../../src/gateway/limits.js';

/** A body whose origin notes what it is asked, and a sink that notes what it hears and answers `takes`. */
function heard(takes: () => boolean = () => true) {
  const notes: string[] = [];
  const source = new BodySource({
    onWanted: () => notes.push('wanted'),
    onDropped: () => notes.push('dropped'),
  });
  const sink = {
    onPiece(piece: Buffer): boolean {
      notes.push(`piece ${piece.length > 9 ? piece.length : piece.toString()}`);
      return takes();
    },
    onEnd: () => notes.push('end'),
    onError: (error: Error) => notes.push(`error ${error.message}`),
  };
  return { source, sink, notes };
}

describe('the body of a request', () => {
  it('asks nobody for anything until somebody reads it', () => {
    const { source, notes } = heard();
    expect([source.takesMore, notes]).toEqual([false, []]);
  });

  it('gives pieces on at once, says that it has moved, and ends', () => {
    const { source, sink, notes } = heard();
    source.onMoved = () => notes.push('moved');
    source.start(sink);
    source.give(Buffer.from('one'));
    source.finish();
    expect(notes).toEqual(['wanted', 'moved', 'piece one', 'end']);
    expect(source.isWhole).toBe(true);
  });

  it('asks for no more after a piece that was enough, until it is resumed', () => {
    const { source, sink, notes } = heard(() => false);
    source.start(sink);
    source.give(Buffer.from('one'));
    expect(source.takesMore).toBe(false);
    source.resume();
    source.resume();
    expect(notes).toEqual(['wanted', 'piece one', 'wanted']);
  });

  it('fails with the piece that makes it too large, and says nothing after that', () => {
    const { source, sink, notes } = heard();
    source.start(sink);
    source.give(Buffer.alloc(MAX_BODY_BYTES));
    source.give(Buffer.alloc(1));
    source.give(Buffer.alloc(1));
    source.finish();
    expect(notes).toEqual(['wanted', `piece ${MAX_BODY_BYTES}`, 'dropped', 'error the body is too large']);
    expect(source.error).toBeInstanceOf(BodyTooLarge);
  });

  it('says nothing more to a reader that has dropped it, and takes what still comes for nothing', () => {
    const { source, sink, notes } = heard();
    source.start(sink);
    source.destroy();
    source.destroy();
    source.give(Buffer.from('one'));
    source.fail(new Error('late'));
    expect(notes).toEqual(['wanted', 'dropped']);
    expect([source.takesMore, source.isWhole, source.error]).toEqual([true, false, null]);
  });

  it('tells a reader that comes late that it has failed', () => {
    const { source, sink, notes } = heard();
    source.fail(new Error('the client has gone'));
    source.start(sink);
    expect(notes).toEqual(['dropped', 'error the client has gone']);
  });
});

describe('bodies that are there', () => {
  it.each(['', 'all of it'])('are given whole: %j', async (text) => {
    expect(String(await buffer(toStream(bodyOf(Buffer.from(text)))))).toBe(text);
  });
});

describe('bodies from streams and as streams', () => {
  it('are the same bytes, however slowly they are read', async () => {
    const stream = new PassThrough();
    const pieces = Array.from({ length: 50 }, (_none, at) => Buffer.alloc(9_000, at));
    const read = (async () => {
      const whole: Buffer[] = [];
      for await (const piece of toStream(fromStream(stream))) {
        whole.push(piece as Buffer);
        await new Promise(setImmediate);
      }
      return Buffer.concat(whole);
    })();
    for (const piece of pieces) stream.write(piece);
    stream.end();
    expect((await read).equals(Buffer.concat(pieces))).toBe(true);
  });

  it('lend their bytes for the call alone: a stream has copies', async () => {
    const lent = Buffer.from('one');
    const source = new BodySource({ onWanted: () => undefined, onDropped: () => undefined });
    const stream = toStream(source);
    stream.read(0);
    source.give(lent);
    lent.write('two');
    source.finish();
    expect(String(await buffer(stream))).toBe('one');
  });

  it('fail with the error of the stream', async () => {
    const stream = new PassThrough();
    const read = buffer(toStream(fromStream(stream)));
    stream.destroy(new Error('broken off'));
    await expect(read).rejects.toThrow('broken off');
  });

  it('leave the stream whole when nobody wants the rest', async () => {
    const stream = new PassThrough();
    const body = toStream(fromStream(stream));
    body.read(0);
    body.destroy();
    stream.end('the rest');
    expect(String(await buffer(stream))).toBe('the rest');
  });
});
