/** Keys of answers that let a request on, each until its time is up. The oldest make room for new ones. */
export class AnswerCache {
  private readonly untilMs = new Map<string, number>();

  constructor(private readonly maxEntries: number) {}

  /** Whether the key was added and its time is not up. */
  has(key: string, nowMs: number): boolean {
    const untilMs = this.untilMs.get(key);
    if (untilMs === undefined) return false;
    if (untilMs > nowMs) return true;
    this.untilMs.delete(key);
    return false;
  }

  add(key: string, untilMs: number): void {
    // Set anew, it stands last and goes last.
    this.untilMs.delete(key);
    this.untilMs.set(key, untilMs);
    if (this.untilMs.size <= this.maxEntries) return;
    const oldest = this.untilMs.keys().next();
    if (!oldest.done) this.untilMs.delete(oldest.value);
  }
}
