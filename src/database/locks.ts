import type { Queries } from './database.js';

/*
 * Row locks of the control plane, always taken in this order: project, service, stage (stages by id).
 * A rule with 'only one', 'at most' or 'not while' is checked under the lock of the row that it speaks of.
 * Within one process the transactions of a service also take turns before they begin (TransactionOptions.turnOf).
 */

/** Locks a project: for rules over its services. False when it does not exist. */
export async function lockProject(queries: Queries, projectId: string): Promise<boolean> {
  const rows = await queries.$queryRaw<unknown[]>`SELECT id FROM project WHERE id = ${projectId} FOR UPDATE`;
  return rows.length > 0;
}

/** Locks a service of a project: for rules over its resources, models and stages. False when it does not exist. */
export async function lockService(queries: Queries, projectId: string, serviceId: string): Promise<boolean> {
  const rows = await queries.$queryRaw<unknown[]>`
    SELECT id FROM service WHERE id = ${serviceId} AND project_id = ${projectId} FOR UPDATE`;
  return rows.length > 0;
}

/** Locks a stage of a service: for rules over its settings and deployments. False when it does not exist. */
export async function lockStage(queries: Queries, serviceId: string, stageId: string): Promise<boolean> {
  const rows = await queries.$queryRaw<unknown[]>`
    SELECT id FROM stage WHERE id = ${stageId} AND service_id = ${serviceId} FOR UPDATE`;
  return rows.length > 0;
}

/** Locks all stages of a service. */
export async function lockStagesOfService(queries: Queries, serviceId: string): Promise<void> {
  await queries.$queryRaw`SELECT id FROM stage WHERE service_id = ${serviceId} ORDER BY id FOR UPDATE`;
}
