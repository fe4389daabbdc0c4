/** An answer that is known at once, and better known later: by what comes when the change has been committed. */
export class AfterCommit<Answer> {
  /**
   * `complete` gives the answer that is sent; its signal aborts when the caller has hung up. Its failure does not undo
   * the change.
   */
  constructor(
    readonly answer: Answer,
    readonly complete: (gone: AbortSignal) => Promise<Answer>,
  ) {}
}
