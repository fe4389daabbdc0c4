import { createHmac, hkdfSync } from 'node:crypto';

const KEY_BYTES = 32;

/**
 * Hashes texts so that equal ones are found without being stored (HMAC-SHA256). The key is derived from another one
 * (HKDF) under a label, so that what is hashed for one purpose says nothing of another, nor of the key itself.
 */
export class KeyedHash {
  private readonly key: Buffer;

  constructor(key: Buffer, label: string) {
    this.key = Buffer.from(hkdfSync('sha256', key, '', label, KEY_BYTES));
  }

  /** The hash of a text: 43 characters of base64url. */
  of(text: string): string {
    return createHmac('sha256', this.key).update(text, 'utf8').digest('base64url');
  }
}
