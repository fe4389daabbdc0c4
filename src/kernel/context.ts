import { AsyncLocalStorage } from 'node:async_hooks';

/** A value and those around it, outermost last. */
interface Frame {
  readonly owner: object;
  readonly value: unknown;
  readonly outer: Frame | undefined;
}

/** One storage for all: Node copies the value of every storage to each promise that is made. */
const frames = new AsyncLocalStorage<Frame>();

/** A value that belongs to what is being done, a call for example, and is known in all of it, after an await too. */
export class ContextValue<Value> {
  /** Runs something; in it the value is this one. */
  run<Result>(value: Value, run: () => Result): Result {
    return frames.run({ owner: this, value, outer: frames.getStore() }, run);
  }

  /** The value of the innermost {@link run} that the asking code belongs to; undefined outside of one. */
  get current(): Value | undefined {
    let frame = frames.getStore();
    while (frame && frame.owner !== this) frame = frame.outer;
    return frame?.value as Value | undefined;
  }
}
