import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256 of a secret, in hex: what is stored of it. Enough for secrets that are random and long. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Whether a secret is the one of a hash; the comparison takes the same time whatever is given. */
export function isSecretOf(secret: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(secretHash(secret)), Buffer.from(hash));
}
