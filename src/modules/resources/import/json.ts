/** An object of a parsed JSON text. Its keys come from outside: read the ones you did not write yourself with {@link own}. */
export type JsonObject = Record<string, unknown>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value by a key from outside; never one that every object inherits, such as `constructor`. */
export function own(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? (object as JsonObject)[key] : undefined;
}

/** How long a text is as people count: a character outside the basic plane is one. */
export function textLength(text: string): number {
  return [...text].length;
}

/** Whether a text is longer than `max` characters. */
export function isLongerThan(text: string, max: number): boolean {
  return text.length > max && textLength(text) > max;
}

/** The text, or null when the value is no text or an empty one. */
export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
