/**
 * One entry of the error catalogue.
 * `code` is the public number, `en` the message sent on the wire (letter for letter),
 * `ko` the description in Korean, `cause` says in English what brings the error about,
 * `cure` what the caller or the operator can do about it.
 */
export interface ErrorDefinition {
  readonly code: number;
  readonly en: string;
  readonly ko: string;
  readonly cause: string;
  readonly cure: string;
}

/** Keeps the literal keys of a domain's errors while demanding that each entry is complete. */
export function defineErrors<const T extends Record<string, ErrorDefinition>>(errors: T): Readonly<T> {
  return Object.freeze(errors);
}

/**
 * The HTTP status of a code: its first three digits, except 0 (200) and -1 (500).
 * Source: the published error tables.
 */
export function httpStatusOfCode(code: number): number {
  if (code === 0) return 200;
  if (code < 0) return 500;
  return Number(String(code).slice(0, 3));
}
