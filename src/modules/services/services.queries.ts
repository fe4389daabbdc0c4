import type { Prisma, Queries } from '../../database/index.js';
import type { PageQuery } from '../../http/index.js';
import { AppError } from '../../errors/index.js';
import { pageWindow } from '../../http/index.js';

/** A service with the value of the appKey that it was made under. */
export type ServiceRow = Prisma.ServiceGetPayload<{ include: { appKey: true } }>;

const withAppKey = { appKey: true } as const;

/** A service of a project; null when there is none. */
export function findService(queries: Queries, projectId: string, serviceId: string): Promise<ServiceRow | null> {
  return queries.service.findFirst({ where: { id: serviceId, projectId }, include: withAppKey });
}

/** The service of a project. @throws AppError SERVICE_NOT_FOUND */
export async function requireService(queries: Queries, projectId: string, serviceId: string): Promise<ServiceRow> {
  const row = await findService(queries, projectId, serviceId);
  if (!row) throw new AppError('SERVICE_NOT_FOUND');
  return row;
}

/** A page of a project's services, oldest first, and their number; `regionCode` undefined means every region. */
export async function listServices(
  queries: Queries,
  projectId: string,
  regionCode: string | undefined,
  page: PageQuery,
): Promise<[ServiceRow[], number]> {
  const where = { projectId, ...(regionCode === undefined ? {} : { regionCode }) };
  return Promise.all([
    queries.service.findMany({
      where,
      include: withAppKey,
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      ...pageWindow(page),
    }),
    queries.service.count({ where }),
  ]);
}

/** How many services a project has. For a limit, ask under the project's lock. */
export function countServices(queries: Queries, projectId: string): Promise<number> {
  return queries.service.count({ where: { projectId } });
}

/** The server group of a region; null when there is none. */
export async function findServerGroupId(queries: Queries, regionCode: string): Promise<string | null> {
  const group = await queries.serverGroup.findUnique({ where: { regionCode } });
  return group?.id ?? null;
}

/** Inserts a service. */
export function insertService(queries: Queries, data: Prisma.ServiceUncheckedCreateInput): Promise<ServiceRow> {
  return queries.service.create({ data, include: withAppKey });
}

/** Changes name and description. The caller has made sure that the service exists. */
export function updateService(
  queries: Queries,
  serviceId: string,
  data: { name: string; description: string },
): Promise<ServiceRow> {
  return queries.service.update({
    where: { id: serviceId },
    data: { ...data, updatedAt: new Date() },
    include: withAppKey,
  });
}

/** Deletes a service with its stages, deployments, resources and models. */
export async function deleteService(queries: Queries, serviceId: string): Promise<void> {
  await queries.modelReference.deleteMany({ where: { model: { serviceId } } });
  await queries.service.delete({ where: { id: serviceId } });
}

/** Whether a deployment of one of the service's stages is running. */
export async function isServiceDeploying(queries: Queries, serviceId: string): Promise<boolean> {
  const running = await queries.deployment.findFirst({
    where: { status: 'DEPLOYING', stage: { serviceId } },
    select: { id: true },
  });
  return running !== null;
}

/** Whether one of the service's stages is connected to a usage plan. Ask under the locks of the stages. */
export async function hasUsagePlan(queries: Queries, serviceId: string): Promise<boolean> {
  const where = { stage: { serviceId } };
  return (await queries.usagePlanStage.findFirst({ where, select: { stageId: true } })) !== null;
}
