import type { AppKeyAnswer } from './app-keys.dto.js';
import type { AppKeyRow } from './app-keys.queries.js';

/** An appKey as clients see it. */
export function presentAppKey(row: AppKeyRow): AppKeyAnswer {
  return {
    appKeyId: row.id,
    appKeyName: row.name,
    appKey: row.value,
    disabled: row.disabled,
    expiresAt: row.expiresAt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
