import { Prisma, type Queries } from '../../database/index.js';
import { keep } from './keep.queries.js';

/** Keeps an API key that is to be deleted, with its values and its counts. Under its lock. */
export function keepApiKey(queries: Queries, projectId: string, apiKeyId: string): Promise<string> {
  const thing = {
    kind: 'API_KEY',
    projectId,
    objectId: apiKeyId,
    title: Prisma.sql`(SELECT name FROM api_key WHERE id = ${apiKeyId})`,
    operationId: 'deleteApiKey',
  } as const;
  const ofKey = Prisma.sql`t.api_key_id = ${apiKeyId}`;
  return keep(queries, thing, [
    { table: 'api_key', where: Prisma.sql`t.id = ${apiKeyId}` },
    { table: 'api_key_value', where: ofKey },
    { table: 'api_key_metric', where: ofKey },
  ]);
}

/** Keeps a usage plan that is to be deleted. Under its lock. */
export function keepUsagePlan(queries: Queries, projectId: string, usagePlanId: string): Promise<string> {
  const thing = {
    kind: 'USAGE_PLAN',
    projectId,
    objectId: usagePlanId,
    title: Prisma.sql`(SELECT name FROM usage_plan WHERE id = ${usagePlanId})`,
    operationId: 'deleteUsagePlan',
  } as const;
  return keep(queries, thing, [{ table: 'usage_plan', where: Prisma.sql`t.id = ${usagePlanId}` }]);
}
