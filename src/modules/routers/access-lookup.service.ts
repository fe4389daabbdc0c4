import { Injectable } from '@nestjs/common';
import { type AccessPage, API_KEY_HASH_LABEL } from '../../contract/access.js';
import { Database, DataKey } from '../../database/index.js';
import { keyedHash, KeyedHash } from '../../kernel/keyed-hash.js';
import { findKeyByHash, findPolicyValueIds, type FoundKey } from './access-lookup.queries.js';
import { readAccessKeys, readAccessPlans, readAccessPolicies, readAccessPolicyValues } from './access.queries.js';

/** What a request shows that the access document speaks of. */
export interface AccessQuery {
  readonly regionCode: string;
  /** Value of an API key as it comes over the wire (Latin-1); null for none. */
  readonly apiKey: string | null;
  readonly policyIds: readonly string[];
  /** Values that policies may speak of. */
  readonly values: readonly string[];
}

/** What the access document says of a request. */
export interface LookedUpAccess {
  /** As a whole document that holds nothing else. */
  readonly page: AccessPage;
  /** The key of any project that has the value; null for none. */
  readonly key: FoundKey | null;
}

/** Looks up in the access document what gateways would find for one request, without reading all of it. */
@Injectable()
export class AccessLookup {
  private readonly hashKey: Buffer;

  constructor(
    private readonly database: Database,
    dataKey: DataKey,
  ) {
    this.hashKey = new KeyedHash(dataKey.bytes, API_KEY_HASH_LABEL).derivedKey;
  }

  /** Reads it all at one moment. */
  read({ regionCode, apiKey, policyIds, values }: AccessQuery): Promise<LookedUpAccess> {
    return this.database.readAtOnce(async (queries) => {
      const hash = apiKey === null ? null : keyedHash(this.hashKey, Buffer.from(apiKey, 'latin1'));
      const key = hash === null ? null : await findKeyByHash(queries, hash);
      const keys = key ? await readAccessKeys(queries, regionCode, { ids: [key.id] }) : [];
      const planIds = [...new Set(keys.flatMap(({ plans }) => Object.values(plans)))];
      const valueIds = await findPolicyValueIds(queries, policyIds, values);
      const page = {
        cursor: '',
        startsAnew: true,
        isComplete: true,
        hashKey: this.hashKey.toString('base64url'),
        keys,
        plans: planIds.length === 0 ? [] : await readAccessPlans(queries, regionCode, { ids: planIds }),
        policies: policyIds.length === 0 ? [] : await readAccessPolicies(queries, regionCode, { ids: policyIds }),
        policyValues: valueIds.length === 0 ? [] : await readAccessPolicyValues(queries, regionCode, { ids: valueIds }),
        removed: [],
      };
      return { page, key };
    });
  }
}
