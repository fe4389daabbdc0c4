import type { Prisma, Queries } from '../../../database/index.js';
import { type PageQuery, pageWindow } from '../../../http/index.js';
import { newId } from '../../../kernel/ids.js';

/** A key value of a restriction policy. */
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

/** How many key values a policy has. For a limit, ask under the service's lock. */
export function countKeyValues(queries: Queries, policyId: string): Promise<number> {
  return queries.restrictionKeyValue.count({ where: { policyId } });
}

/** A key value of a policy; null when there is none. */
export function findKeyValue(queries: Queries, policyId: string, keyValueId: string): Promise<KeyValueRow | null> {
  return queries.restrictionKeyValue.findFirst({ where: { id: keyValueId, policyId } });
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

/** Changes a key value that exists. */
export function updateKeyValue(
  queries: Queries,
  keyValueId: string,
  data: Pick<KeyValueRow, 'requestsPerSecond' | 'ipAclType' | 'ipAclList'>,
): Promise<KeyValueRow> {
  return queries.restrictionKeyValue.update({ where: { id: keyValueId }, data: { ...data, updatedAt: new Date() } });
}

export async function deleteKeyValue(queries: Queries, keyValueId: string): Promise<void> {
  await queries.restrictionKeyValue.delete({ where: { id: keyValueId } });
}
