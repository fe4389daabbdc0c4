/**
 * Texts that cost something to build, by a key whose text never changes: each is built once, also for many who ask at
 * the same time, and kept while there is room. Those that were not asked for the longest go first.
 */
export class BuiltTexts {
  private readonly kept = new Map<string, string>();
  private readonly building = new Map<string, Promise<string>>();
  private keptCharacters = 0;

  /** @param maxCharacters of all kept texts together; a text that is longer is never kept */
  constructor(private readonly maxCharacters: number) {}

  /** The text of a key. Rejects with what `build` throws, and builds it again for the next who asks. */
  async get(key: string, build: () => Promise<string>): Promise<string> {
    const text = this.kept.get(key);
    if (text === undefined) return this.building.get(key) ?? this.build(key, build);
    // A Map is in the order of insertion.
    this.kept.delete(key);
    this.kept.set(key, text);
    return text;
  }

  private build(key: string, build: () => Promise<string>): Promise<string> {
    const building = build()
      .then((text) => this.keep(key, text))
      .finally(() => this.building.delete(key));
    this.building.set(key, building);
    return building;
  }

  private keep(key: string, text: string): string {
    if (text.length > this.maxCharacters) return text;
    this.kept.set(key, text);
    this.keptCharacters += text.length;
    for (const [oldest, { length }] of this.kept) {
      if (this.keptCharacters <= this.maxCharacters) break;
      this.kept.delete(oldest);
      this.keptCharacters -= length;
    }
    return text;
  }
}
