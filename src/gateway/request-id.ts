import { randomFillSync } from 'node:crypto';

const ALPHABET = Buffer.from('0123456789abcdefghijklmnopqrstuvwxyz', 'latin1');
const ID_CHARACTERS = 20;
/** Ids that are made at once: each is a part of one text, instead of one that is put together by its characters. */
const BATCH = 128;
/** Bytes from here on are passed over, so that every character comes as often as any other. */
const FAIR_END = 256 - (256 % ALPHABET.length);

const random = Buffer.allocUnsafeSlow(16 * 1024);
let randomAt = random.length;
const characters = Buffer.allocUnsafeSlow(BATCH * ID_CHARACTERS);
let batch = '';
let batchAt = 0;

/** An id for a request: 20 lower-case letters and digits, as of `newId`. To be kept for as long as a request, not longer. */
export function newRequestId(): string {
  if (batchAt === batch.length) {
    for (let at = 0; at < characters.length; at += 1) characters[at] = ALPHABET[fairByte() % ALPHABET.length] as number;
    batch = characters.toString('latin1');
    batchAt = 0;
  }
  const begin = batchAt;
  batchAt += ID_CHARACTERS;
  return batch.slice(begin, batchAt);
}

function fairByte(): number {
  for (;;) {
    if (randomAt === random.length) {
      randomFillSync(random);
      randomAt = 0;
    }
    const byte = random[randomAt] as number;
    randomAt += 1;
    if (byte < FAIR_END) return byte;
  }
}
