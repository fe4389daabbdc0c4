import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const PREFIX = 'sealed:v1:';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Seals short texts under a key of 32 bytes (AES-256-GCM); the same text is sealed differently every time. */
export class SecretBox {
  constructor(private readonly key: Buffer) {}

  seal(text: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, iv);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return PREFIX + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** Whether a text holds something that is sealed, or looks so. */
  static isIn(text: string): boolean {
    return text.includes(PREFIX);
  }

  /** @throws Error when the text was not sealed under this key, or was changed. */
  open(text: string): string {
    if (!text.startsWith(PREFIX)) throw new Error('The text is not sealed');
    const bytes = Buffer.from(text.slice(PREFIX.length), 'base64');
    const decipher = createDecipheriv(ALGORITHM, this.key, bytes.subarray(0, IV_BYTES));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  }
}
