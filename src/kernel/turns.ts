/** Lets work with the same key run one piece after the other, in the order of the calls; other keys do not wait. */
export class Turns {
  private readonly tails = new Map<string, Promise<unknown>>();

  /** Number of keys that have work running or waiting. */
  get size(): number {
    return this.tails.size;
  }

  /** Runs `work` when all earlier work with this key has ended, well or not; gives its result or its error. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key);
    const turn = before ? before.then(work) : work();
    // An error is told to the caller who waits for `turn`; whoever comes next only needs to know that it is over.
    const tail = Promise.allSettled([turn]);
    this.tails.set(key, tail);
    try {
      return await turn;
    } finally {
      if (this.tails.get(key) === tail) this.tails.delete(key);
    }
  }
}
