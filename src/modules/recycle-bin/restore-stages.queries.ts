import { lockCustomDomain, Prisma, type Queries } from '../../database/index.js';
import { nameFault } from '../../database/index.js';
import { readKept, restoreRows, restoreTables } from './restore-rows.queries.js';

/**
 * Puts kept stages back with their deployments and host names; gives the custom domains that are gone or connected
 * elsewhere, without which they come back. Under the lock of their service.
 * @throws AppError STAGE_HOST_NOT_REGISTERED
 */
export async function restoreStages(queries: Queries, projectId: string, itemId: string): Promise<string[]> {
  await restoreTables(queries, itemId, [
    'stage',
    'stage_resource',
    'stage_resource_plugin',
    'deployment',
    'deployment_receipt',
  ]);
  await dropLostPointers(queries, itemId);
  const hosts = await readKept(queries, itemId, 'stage_host', ['host_name', 'custom_domain_id']);
  await restoreRows(queries, itemId, 'stage_host', { where: Prisma.sql`t.custom_domain_id IS NULL` }).catch(
    (error: unknown) => {
      throw nameFault(error, { otherwise: 'STAGE_HOST_NOT_REGISTERED' });
    },
  );
  const free = await lockFreeDomains(
    queries,
    projectId,
    hosts.flatMap(({ custom_domain_id: id }) => (id === null ? [] : [id])),
  );
  await restoreRows(queries, itemId, 'stage_host', { where: Prisma.sql`t.custom_domain_id = ANY(${free})` });
  return hosts
    .filter(({ custom_domain_id: id }) => id !== null && !free.includes(id))
    .map(({ host_name: name }) => name ?? '')
    .toSorted();
}

/** Locks those of the custom domains that the project has, and gives the ids of those that are not connected. */
async function lockFreeDomains(queries: Queries, projectId: string, ids: readonly string[]): Promise<string[]> {
  const locked: string[] = [];
  for (const id of ids.toSorted()) if (await lockCustomDomain(queries, projectId, id)) locked.push(id);
  const connected = await queries.stageHost.findMany({ where: { customDomainId: { in: locked } } });
  return locked.filter((id) => !connected.some(({ customDomainId }) => customDomainId === id));
}

/** Stages do not refer to deployments that were left out. */
async function dropLostPointers(queries: Queries, itemId: string): Promise<void> {
  await queries.$executeRaw`
    UPDATE stage s SET
      base_deployment_id = (SELECT d.id FROM deployment d WHERE d.id = s.base_deployment_id),
      live_deployment_id = (SELECT d.id FROM deployment d WHERE d.id = s.live_deployment_id),
      desired_deployment_id = (SELECT d.id FROM deployment d WHERE d.id = s.desired_deployment_id)
    WHERE s.id IN (SELECT content ->> 'id' FROM recycle_bin_row WHERE item_id = ${itemId} AND table_name = 'stage')`;
}
