import type { Prisma, Queries } from '../../../database/index.js';
import { type PageQuery, pageWindow } from '../../../http/index.js';
import { newId } from '../../../kernel/ids.js';

export type KeyValueRow = Prisma.RestrictionKeyValueGetPayload<object>;

/** A page of a policy's key values, oldest first, and their number. */
export function listKeyValues(queries: Queries, policyId: string, page: PageQuery): Promise<[KeyValueRow[], number]> {
  return Promise.all([
    queries.restrictionKeyValue.findMany({
      where: { policyId },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      ...pageWindow(page),
    }),
    countKeyValues(queries, policyId),
  ]);
}

export function countKeyValues(queries: Queries, policyId: string): Promise<number> {
  return queries.restrictionKeyValue.count({ where: { policyId } });
}

export async function hasKeyValue(queries: Queries, policyId: string, keyValueId: string): Promise<boolean> {
  const where = { id: keyValueId, policyId };
  return (await queries.restrictionKeyValue.findFirst({ where, select: { id: true } })) !== null;
}

/** Adds a key value; null when the policy has the value already. */
export async function insertKeyValue(
  queries: Queries,
  data: Omit<Prisma.RestrictionKeyValueCreateManyInput, 'id'>,
): Promise<KeyValueRow | null> {
  const rows = await queries.restrictionKeyValue.createManyAndReturn({
    data: [{ id: newId(), ...data }],
    skipDuplicates: true,
  });
  return rows[0] ?? null;
}
