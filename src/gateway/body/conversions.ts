import { Readable } from 'node:stream';
import { BodySource } from './body-source.js';

/** A body whose bytes are there. */
export function bodyOf(bytes: Buffer): BodySource {
  let isGiven = false;
  const source = new BodySource({
    onWanted() {
      if (!isGiven && bytes.length > 0) source.give(bytes);
      isGiven = true;
      source.finish();
    },
    onDropped: () => undefined,
  });
  return source;
}

/** A body that comes from a stream, which stays whole whatever becomes of the body. */
export function fromStream(stream: Readable): BodySource {
  const take = (piece: Buffer): void => {
    source.give(piece);
    if (!source.takesMore) stream.pause();
  };
  const finish = (): void => source.finish();
  let isHeard = false;
  const source = new BodySource({
    onWanted() {
      if (!isHeard) stream.on('data', take).once('end', finish);
      isHeard = true;
      stream.resume();
    },
    onDropped() {
      stream.off('data', take).off('end', finish).pause();
    },
  });
  stream.once('error', (error) => source.fail(error));
  return source;
}

/** A body as a stream, for those who read nothing else. */
export function toStream(source: BodySource): Readable {
  let isStarted = false;
  return new Readable({
    read() {
      if (isStarted) return source.resume();
      isStarted = true;
      source.start({
        onPiece: (piece) => this.push(Buffer.from(piece)),
        onEnd: () => this.push(null),
        onError: (error) => this.destroy(error),
      });
    },
    destroy(error, done) {
      source.destroy();
      done(error);
    },
  });
}
