import { customAlphabet } from 'nanoid';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
const BOTH_CASES = `${ALPHABET}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;

const generateId = customAlphabet(ALPHABET, 20);
const generateSecret = customAlphabet(BOTH_CASES, 40);
const generateAppKeyValue = customAlphabet(BOTH_CASES, 20);

/** A new opaque id: 20 lower-case letters and digits (103 random bits), fit for a DNS label. */
export function newId(): string {
  return generateId();
}

/** A new secret: 40 letters and digits (238 random bits). */
export function newSecret(): string {
  return generateSecret();
}

/** A new value of an appKey: 20 letters and digits (119 random bits). */
export function newAppKeyValue(): string {
  return generateAppKeyValue();
}

/** The items, each with a new id; the ids ascend: rows made at one time are listed by id, in the order of the items. */
export function withNewIds<Item extends object>(items: readonly Item[]): (Item & { readonly id: string })[] {
  const ids = items.map(() => newId()).toSorted();
  // There is one for every item.
  return items.map((item, index) => ({ ...item, id: ids[index] as string }));
}
