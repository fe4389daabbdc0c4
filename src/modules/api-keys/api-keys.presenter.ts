import type { ApiKeyValues } from './api-key-values.js';
import type { ApiKeyAnswer, ApiKeyType } from './api-keys.dto.js';
import type { ApiKeyRow } from './api-keys.queries.js';

/** An API key as clients see it, its values in the clear. @throws Error when a stored value cannot be opened. */
export function presentApiKey(row: ApiKeyRow, values: ApiKeyValues): ApiKeyAnswer {
  return {
    appKey: row.appKey.value,
    apiKeyId: row.id,
    apiKeyName: row.name,
    apiKeyDescription: row.description,
    primaryApiKey: openValue(row, 'PRIMARY', values),
    secondaryApiKey: openValue(row, 'SECONDARY', values),
    apiKeyStatus: row.status,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

function openValue(row: ApiKeyRow, type: ApiKeyType, values: ApiKeyValues): string {
  const stored = row.values.find((value) => value.type === type);
  if (!stored) throw new Error(`API key ${row.id} has no ${type} value`);
  return values.open(stored.sealed);
}
