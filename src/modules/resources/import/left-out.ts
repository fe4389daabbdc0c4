import type { ImportReason } from './import-plan.js';
import type { JsonObject } from './json.js';
import type { Located } from './operations.js';

/** Reasons of one operation that a report lists; more are only counted. */
const MAX_REASONS = 50;
const MAX_KEYS = 20;

/** Gathers what is left out of an operation that is imported. */
export class LeftOut {
  private readonly reasons: ImportReason[] = [];
  private unlistedCount = 0;

  add(pointer: string, message: string): void {
    if (this.reasons.length < MAX_REASONS) this.reasons.push({ pointer, message });
    else this.unlistedCount += 1;
  }

  /** Notes the keys of an object that have no place in the model, all in one reason; vendor extensions are not ours to note. */
  addUnknownKeys(object: JsonObject, pointer: string, kept: ReadonlySet<string>): void {
    const keys = Object.keys(object).filter((key) => !kept.has(key) && !key.startsWith('x-'));
    if (keys.length === 0) return;
    const listed = keys.slice(0, MAX_KEYS).join(', ');
    const more = keys.length > MAX_KEYS ? ` and ${keys.length - MAX_KEYS} more` : '';
    this.add(pointer, `is imported without ${listed}${more}`);
  }

  /** The reasons in the order in which they were found. */
  list(): ImportReason[] {
    if (this.unlistedCount === 0) return [...this.reasons];
    return [...this.reasons, { pointer: '', message: `and ${this.unlistedCount} more reasons` }];
  }
}

/** Reads parts that operations may share, each once, and notes for every operation what is left out of it. */
export class SharedParts<Part> {
  private readonly parts = new Map<unknown, { part: Part; reasons: readonly ImportReason[] }>();

  /** Gives what `read` makes of a part, or made of it for an earlier operation. */
  read({ value }: Located, leftOut: LeftOut, read: (leftOut: LeftOut) => Part): Part {
    let known = this.parts.get(value);
    if (known === undefined) {
      const own = new LeftOut();
      const part = read(own);
      known = { part, reasons: own.list() };
      // What is no object is no shared thing: equal texts at two places would be taken for one.
      if (typeof value === 'object' && value !== null) this.parts.set(value, known);
    }
    for (const { pointer, message } of known.reasons) leftOut.add(pointer, message);
    return known.part;
  }
}
