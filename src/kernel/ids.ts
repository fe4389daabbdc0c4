import { customAlphabet } from 'nanoid';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

const generateId = customAlphabet(ALPHABET, 20);
const generateSecret = customAlphabet(`${ALPHABET}ABCDEFGHIJKLMNOPQRSTUVWXYZ`, 40);

/** A new opaque id: 20 lower-case letters and digits (103 random bits), fit for a DNS label. */
export function newId(): string {
  return generateId();
}

/** A new secret: 40 letters and digits (238 random bits). */
export function newSecret(): string {
  return generateSecret();
}
