import type { JWTPayload } from 'jose';

/** Characters of the tokens of one generation. */
const MAX_CHARACTERS = 8 * 1024 * 1024;

/**
 * The claims of tokens whose signature was found good. Clients show one token again and again, and to check its signature
 * takes as long as most of the rest of a request. What changes with time is to be checked each time. Held in two
 * generations: what was not shown for the length of one is forgotten.
 */
export class VerifiedTokens {
  private recent = new Map<string, JWTPayload>();
  private older = new Map<string, JWTPayload>();
  private characters = 0;

  /** The claims of a token, signed with the key that a name stands for; null when it is not known. */
  find(keyName: string, token: string): JWTPayload | null {
    const entry = keyName + token;
    const claims = this.recent.get(entry);
    if (claims) return claims;
    const earlier = this.older.get(entry);
    if (earlier) this.add(entry, earlier);
    return earlier ?? null;
  }

  /** Notes that the signature is good. */
  remember(keyName: string, token: string, claims: JWTPayload): void {
    this.add(keyName + token, claims);
  }

  private add(entry: string, claims: JWTPayload): void {
    if (this.characters > MAX_CHARACTERS) {
      this.older = this.recent;
      this.recent = new Map();
      this.characters = 0;
    }
    this.recent.set(entry, claims);
    this.characters += entry.length;
  }
}
