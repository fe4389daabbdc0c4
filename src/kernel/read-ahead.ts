/** Reading that has been begun for a question that is expected next, so that the database works while an answer travels. */
export class ReadAhead<Content> {
  private readonly begun = new Map<string, Promise<Content | null>>();

  /** Keeps at most `maxBegun`; the oldest, for which nobody has come, goes first. */
  constructor(private readonly maxBegun: number) {}

  /** Begins to read what `key` will ask for. */
  begin(key: string, read: () => Promise<Content>): void {
    // Whoever asks reads again after a failure, and hears then what is wrong.
    this.begun.set(
      key,
      read().catch(() => null),
    );
    const [oldest] = this.begun.keys();
    if (this.begun.size > this.maxBegun && oldest !== undefined) this.begun.delete(oldest);
  }

  /** What was begun for `key`, once; null when nothing was, or when it failed. */
  async take(key: string): Promise<Content | null> {
    const reading = this.begun.get(key);
    this.begun.delete(key);
    return (await reading) ?? null;
  }
}
