import { Injectable } from '@nestjs/common';
import { API_KEY_HASH_LABEL } from '../../contract/access.js';
import { DataKey } from '../../database/index.js';
import { newSecret } from '../../kernel/ids.js';
import { KeyedHash } from '../../kernel/keyed-hash.js';
import { SecretBox } from '../../kernel/secret-box.js';

/** A value of an API key as it is stored. */
export interface StoredValue {
  readonly hash: string;
  readonly sealed: string;
}

/** The values of API keys: never stored in the clear, found by their hash. */
@Injectable()
export class ApiKeyValues {
  private readonly hashes: KeyedHash;

  constructor(
    dataKey: DataKey,
    private readonly box: SecretBox,
  ) {
    this.hashes = new KeyedHash(dataKey.bytes, API_KEY_HASH_LABEL);
  }

  /** What is stored of a value; of a new one (238 random bits) when none is given. */
  store(value: string = newSecret()): StoredValue {
    return { hash: this.hashOf(value), sealed: this.box.seal(value) };
  }

  /** Under which hash a value is stored. */
  hashOf(value: string): string {
    return this.hashes.of(value);
  }

  /** The value in the clear. @throws Error when it was sealed under another key. */
  open(sealed: string): string {
    return this.box.open(sealed);
  }
}
