import type { Queries } from '../../database/index.js';

/** An API key that has a value. */
export interface FoundKey {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
}

/** The API key of whichever project that has the value with this hash; null for none. */
export async function findKeyByHash(queries: Queries, hash: string): Promise<FoundKey | null> {
  const select = { apiKey: { select: { id: true, projectId: true, name: true } } } as const;
  const value = await queries.apiKeyValue.findFirst({ where: { hash }, select });
  return value?.apiKey ?? null;
}

/** Ids of what policies say of values. */
export async function findPolicyValueIds(
  queries: Queries,
  policyIds: readonly string[],
  values: readonly string[],
): Promise<string[]> {
  if (policyIds.length === 0 || values.length === 0) return [];
  const where = { policyId: { in: [...policyIds] }, value: { in: [...values] } };
  return (await queries.restrictionKeyValue.findMany({ where, select: { id: true } })).map(({ id }) => id);
}
