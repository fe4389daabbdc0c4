import type { Queries } from '../../../database/index.js';

/** The snapshot of a deployment as stored, its secrets sealed; null when there is no such deployment. */
export async function findSnapshotDocument(queries: Queries, deploymentId: string): Promise<unknown> {
  const row = await queries.deployment.findUnique({ where: { id: deploymentId }, select: { snapshot: true } });
  return row?.snapshot ?? null;
}
