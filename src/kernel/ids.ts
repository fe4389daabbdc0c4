import { customAlphabet } from 'nanoid';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/** A new opaque id: 20 lower-case letters and digits (103 random bits), fit for a DNS label. */
export const newId: () => string = customAlphabet(ALPHABET, 20);

/** A new secret: 40 letters and digits (206 random bits). */
export const newSecret: () => string = customAlphabet(`${ALPHABET}ABCDEFGHIJKLMNOPQRSTUVWXYZ`, 40);
