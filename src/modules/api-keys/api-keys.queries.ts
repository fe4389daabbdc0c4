import { Prisma, type Queries } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { type PageQuery, pageWindow } from '../../http/index.js';
import type { StoredValue } from './api-key-values.js';
import { type ApiKeyStatus, type ApiKeyType, apiKeyTypes } from './api-keys.dto.js';

const complete = { appKey: { select: { value: true } }, values: true } as const;

/** An API key with its sealed values and the value of the appKey that it was made under. */
export type ApiKeyRow = Prisma.ApiKeyGetPayload<{ include: typeof complete }>;

/** Which API keys are meant; what is undefined or empty leaves all of them. */
export interface ApiKeyFilter {
  /** Hash of the primary or the secondary value. */
  readonly hash?: string | undefined;
  readonly id?: string | undefined;
  /** What the name starts with. */
  readonly namePrefix?: string | undefined;
  readonly status?: ApiKeyStatus | undefined;
  /** Only keys that are not connected to this stage. */
  readonly connectableStageId?: string | undefined;
}

/** Where a list goes on: after the key made at this time with this id. */
export interface ApiKeyPosition {
  readonly createdAt: Date;
  readonly id: string;
}

/** What is stored of a new API key. */
export interface NewApiKey {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly status: ApiKeyStatus;
  readonly values: Readonly<Record<ApiKeyType, StoredValue>>;
}

/** The conditions of a filter on the table api_key under the name `k`. */
export function apiKeyConditions(filter: ApiKeyFilter): Prisma.Sql[] {
  const { hash, id, namePrefix, status, connectableStageId } = filter;
  return [
    ...(hash ? [Prisma.sql`k.id = (SELECT api_key_id FROM api_key_value WHERE hash = ${hash})`] : []),
    ...(id ? [Prisma.sql`k.id = ${id}`] : []),
    ...(namePrefix ? [Prisma.sql`starts_with(k.name, ${namePrefix})`] : []),
    ...(status ? [Prisma.sql`k.status = ${status}::api_key_status`] : []),
    ...(connectableStageId
      ? [
          Prisma.sql`NOT EXISTS (
            SELECT 1 FROM subscription s WHERE s.stage_id = ${connectableStageId} AND s.api_key_id = k.id)`,
        ]
      : []),
  ];
}

function allConditions(projectId: string, filter: ApiKeyFilter): Prisma.Sql {
  return Prisma.join([Prisma.sql`k.project_id = ${projectId}`, ...apiKeyConditions(filter)], ' AND ');
}

/** A page of a project's API keys, oldest first, and their number. */
export async function listApiKeys(
  queries: Queries,
  projectId: string,
  filter: ApiKeyFilter,
  page: PageQuery,
): Promise<[ApiKeyRow[], number]> {
  const conditions = allConditions(projectId, filter);
  const { skip, take } = pageWindow(page);
  // Ids come from an index that holds all that is filtered by; rows are read for the page alone.
  const [ids, [count]] = await Promise.all([
    queries.$queryRaw<{ id: string }[]>`
      SELECT k.id FROM api_key k WHERE ${conditions} ORDER BY k.created_at, k.id LIMIT ${take} OFFSET ${skip}`,
    queries.$queryRaw<{ count: bigint }[]>`SELECT count(*) FROM api_key k WHERE ${conditions}`,
  ]);
  return [await readApiKeys(queries, ids), Number(count?.count ?? 0)];
}

/** The next `limit` of a project's API keys, oldest first, after a position. */
export async function readApiKeysAfter(
  queries: Queries,
  projectId: string,
  filter: ApiKeyFilter,
  position: ApiKeyPosition | null,
  limit: number,
): Promise<ApiKeyRow[]> {
  const after = position
    ? Prisma.sql`AND (k.created_at, k.id) > (${position.createdAt}, ${position.id})`
    : Prisma.empty;
  const ids = await queries.$queryRaw<{ id: string }[]>`
    SELECT k.id FROM api_key k WHERE ${allConditions(projectId, filter)} ${after}
    ORDER BY k.created_at, k.id LIMIT ${limit}`;
  return readApiKeys(queries, ids);
}

function readApiKeys(queries: Queries, ids: readonly { id: string }[]): Promise<ApiKeyRow[]> {
  return queries.apiKey.findMany({
    where: { id: { in: ids.map(({ id }) => id) } },
    include: complete,
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
}

/** The API key of a project. @throws AppError API_KEY_NOT_FOUND */
export async function requireApiKey(queries: Queries, projectId: string, apiKeyId: string): Promise<ApiKeyRow> {
  const row = await queries.apiKey.findFirst({ where: { id: apiKeyId, projectId }, include: complete });
  if (!row) throw new AppError('API_KEY_NOT_FOUND');
  return row;
}

/** Inserts API keys with their values. A value that is taken violates `api_key_value_pkey`. */
export async function insertApiKeys(
  queries: Queries,
  owner: { projectId: string; appKeyId: string },
  keys: readonly NewApiKey[],
): Promise<void> {
  const { projectId, appKeyId } = owner;
  const now = new Date();
  // One JSON value per statement: createMany takes 0.3 ms of this process per row, in which it answers nobody else.
  const rows = JSON.stringify(keys.map(({ values: _values, ...key }) => key));
  await queries.$executeRaw`
    INSERT INTO api_key (id, project_id, app_key_id, name, description, status, created_at, updated_at)
    SELECT id, ${projectId}, ${appKeyId}, name, description, status, ${now}, ${now}
    FROM jsonb_to_recordset(${rows}::jsonb) AS row(id text, name text, description text, status api_key_status)`;
  // In one order for all, so that two calls with the same values wait for each other and never in a circle.
  const values = JSON.stringify(keys.flatMap(valuesOf).toSorted((a, b) => (a.hash < b.hash ? -1 : 1)));
  await queries.$executeRaw`
    INSERT INTO api_key_value (hash, api_key_id, type, sealed)
    SELECT hash, api_key_id, type, sealed
    FROM jsonb_to_recordset(${values}::jsonb) AS row(hash text, api_key_id text, type api_key_type, sealed text)`;
}

function valuesOf({ id, values }: NewApiKey) {
  return apiKeyTypes.map((type) => ({ api_key_id: id, type, ...values[type] }));
}

/** Those of the hashes that belong to an API key of the installation. */
export async function findTakenHashes(queries: Queries, hashes: readonly string[]): Promise<Set<string>> {
  const rows = await queries.$queryRaw<{ hash: string }[]>`
    SELECT hash FROM api_key_value WHERE hash = ANY(${hashes})`;
  return new Set(rows.map(({ hash }) => hash));
}

/** Changes an API key that exists. */
export function updateApiKey(
  queries: Queries,
  apiKeyId: string,
  data: { name?: string; description?: string; status?: ApiKeyStatus },
): Promise<ApiKeyRow> {
  return queries.apiKey.update({
    where: { id: apiKeyId },
    data: { ...data, updatedAt: new Date() },
    include: complete,
  });
}

/** Replaces a value of an API key that exists. */
export async function updateApiKeyValue(
  queries: Queries,
  apiKeyId: string,
  type: ApiKeyType,
  value: StoredValue,
): Promise<void> {
  await queries.apiKeyValue.update({ where: { apiKeyId_type: { apiKeyId, type } }, data: value });
}

/** Whether an API key is connected to a stage. Ask under the key's lock. */
export async function isSubscribed(queries: Queries, apiKeyId: string): Promise<boolean> {
  return (await queries.subscription.findFirst({ where: { apiKeyId }, select: { id: true } })) !== null;
}

/** Deletes the values of an API key. */
export async function deleteApiKeyValues(queries: Queries, apiKeyId: string): Promise<void> {
  await queries.apiKeyValue.deleteMany({ where: { apiKeyId } });
}

/** Deletes an API key that exists and has no values any more. */
export async function deleteApiKey(queries: Queries, apiKeyId: string): Promise<void> {
  await queries.apiKey.delete({ where: { id: apiKeyId } });
}
