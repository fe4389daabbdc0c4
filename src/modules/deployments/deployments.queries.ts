import { type Prisma, type Queries, rowsOf } from '../../database/index.js';
import { type PageQuery, pageWindow } from '../../http/index.js';

const withoutBodies = { snapshot: true, settings: true, documentation: true } as const;
const withSettings = { snapshot: true, documentation: true } as const;

/** A deployment without its snapshot, settings and documentation, which are large. */
export type DeploymentRow = Prisma.DeploymentGetPayload<{ omit: typeof withoutBodies }>;

/** A deployment with the settings that it carries, as stored. */
export type DeploymentWithSettings = DeploymentRow & { settings: unknown };

const newestFirst = [
  { deployedAt: 'desc' },
  { id: 'desc' },
] as const satisfies Prisma.DeploymentOrderByWithRelationInput[];

/** The number of deployments of all projects by their status. */
export async function countDeployments(queries: Queries): Promise<ReadonlyMap<string, number>> {
  const rows = await queries.deployment.groupBy({ by: ['status'], _count: { _all: true } });
  return new Map(rows.map(({ status, _count }) => [status, _count._all]));
}

/** A page of a stage's deployments, newest first, and their number. */
export function listDeployments(
  queries: Queries,
  stageId: string,
  page: PageQuery,
): Promise<[DeploymentRow[], number]> {
  return Promise.all([
    queries.deployment.findMany({
      where: { stageId },
      omit: withoutBodies,
      orderBy: [...newestFirst],
      ...pageWindow(page),
    }),
    queries.deployment.count({ where: { stageId } }),
  ]);
}

/** A deployment of a stage; null when there is none. */
export function findDeployment(
  queries: Queries,
  stageId: string,
  deploymentId: string,
): Promise<DeploymentWithSettings | null> {
  return queries.deployment.findFirst({ where: { id: deploymentId, stageId }, omit: withSettings });
}

/** What a deployment keeps, as stored: settings, documentation, and of the snapshot what the settings do not say. */
export interface DeploymentBodies {
  readonly id: string;
  readonly deployedAt: Date;
  readonly settings: unknown;
  readonly documentation: unknown;
  readonly snapshotHead: unknown;
}

/** What a deployment of a stage keeps; null when the stage has no such deployment. */
export async function findBodies(
  queries: Queries,
  stageId: string,
  deploymentId: string,
): Promise<DeploymentBodies | null> {
  const [row] = await queries.$queryRaw<DeploymentBodies[]>`
    SELECT id, deployed_at AS "deployedAt", settings, documentation,
      json_build_object('formatVersion', snapshot->'formatVersion', 'gatewayResponses', snapshot->'gatewayResponses')
        AS "snapshotHead"
    FROM deployment WHERE id = ${deploymentId} AND stage_id = ${stageId}`;
  return row ?? null;
}

/** The snapshot of a deployment as stored, its secrets sealed; null when there is no such deployment. */
export async function findSnapshotDocument(queries: Queries, deploymentId: string): Promise<unknown> {
  const row = await queries.deployment.findUnique({ where: { id: deploymentId }, select: { snapshot: true } });
  return row?.snapshot ?? null;
}

/** The id of the running deployment of a stage; null when none runs. Ask under the stage's lock. */
export async function findRunningId(queries: Queries, stageId: string): Promise<string | null> {
  const where = { stageId, status: 'DEPLOYING' } as const;
  return (await queries.deployment.findFirst({ where, select: { id: true } }))?.id ?? null;
}

/** What tells whether two deployments are equal. */
export type DeploymentHashes = Pick<DeploymentRow, 'hash' | 'settingsHash' | 'documentationHash'>;

/** The hashes of the live deployment; null when nothing is live. */
export async function findHashes(queries: Queries, deploymentId: string | null): Promise<DeploymentHashes | null> {
  if (deploymentId === null) return null;
  const [row] = await rowsOf<DeploymentHashes>(queries)`
    SELECT hash, settings_hash AS "settingsHash", documentation_hash AS "documentationHash" FROM deployment
    WHERE id = ${deploymentId}`;
  return row ?? null;
}

/** Whose deployment it is to be. */
export interface NewDeploymentNames {
  readonly id: string;
  readonly projectId: string;
  readonly stageId: string;
  readonly description: string;
}

/** What a deployment keeps, as JSON. */
export interface DeploymentDocuments {
  readonly snapshot: string;
  readonly settings: string;
  readonly documentation: string;
}

/** Adds a running deployment that must have ended after `timeoutMs` by the database's clock. */
export async function insertDeployment(
  queries: Queries,
  one: NewDeploymentNames & DeploymentHashes & DeploymentDocuments,
  timeoutMs: number,
): Promise<void> {
  await rowsOf(queries)`
    INSERT INTO deployment (id, project_id, stage_id, status, description, hash, snapshot, settings, settings_hash,
      documentation, documentation_hash, deadline_at)
    VALUES (${one.id}, ${one.projectId}, ${one.stageId}, 'DEPLOYING', ${one.description}, ${one.hash}, ${one.snapshot},
      ${one.settings}, ${one.settingsHash}, ${one.documentation}, ${one.documentationHash},
      now() + ${timeoutMs} * interval '1 millisecond')`;
}

/** Has the gateways serve a deployment of the stage from now on. */
export async function setDesiredDeployment(queries: Queries, stageId: string, deploymentId: string): Promise<void> {
  await rowsOf(queries)`UPDATE stage SET desired_deployment_id = ${deploymentId} WHERE id = ${stageId}`;
}
