/** How many bytes of bodies the gateway holds at once, so that its memory is bounded whatever clients send. */
export class BodyBudget {
  private held = 0;

  constructor(private readonly maxBytes: number) {}

  /** What is held now. */
  get heldBytes(): number {
    return this.held;
  }

  /** Whether so many bytes more may be held; if so, they must be given back. */
  take(bytes: number): boolean {
    if (this.held + bytes > this.maxBytes) return false;
    this.held += bytes;
    return true;
  }

  give(bytes: number): void {
    this.held -= bytes;
  }
}
