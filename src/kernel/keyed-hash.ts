import { createHmac, hkdfSync } from 'node:crypto';

const KEY_BYTES = 32;

/**
 * Hashes texts so that equal ones are found without being stored (HMAC-SHA256). The key is derived from another one
 * (HKDF) under a label, so that what is hashed for one purpose says nothing of another, nor of the key itself.
 */
export class KeyedHash {
  /** The derived key: with it alone, {@link keyedHash} gives the same hashes elsewhere. */
  readonly derivedKey: Buffer;

  constructor(key: Buffer, label: string) {
    this.derivedKey = Buffer.from(hkdfSync('sha256', key, '', label, KEY_BYTES));
  }

  /** The hash of a text: 43 characters of base64url. */
  of(text: string): string {
    return keyedHash(this.derivedKey, Buffer.from(text, 'utf8'));
  }
}

/** The hash of bytes under a derived key; of a text's UTF-8 bytes it is that of {@link KeyedHash}. */
export function keyedHash(derivedKey: Buffer, bytes: Buffer): string {
  return keyedDigest(derivedKey, bytes).toString('base64url');
}

/** The bytes of {@link keyedHash}. */
export function keyedDigest(derivedKey: Buffer, bytes: Buffer): Buffer {
  return createHmac('sha256', derivedKey).update(bytes).digest();
}
