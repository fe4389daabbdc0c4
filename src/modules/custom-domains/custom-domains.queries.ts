import type { Prisma, Queries } from '../../database/index.js';
import { type PageQuery, pageWindow } from '../../http/index.js';
import { newId } from '../../kernel/ids.js';

const withStage = { host: { include: { stage: { include: { service: { select: { regionCode: true } } } } } } } as const;

/** A custom domain with the stage that it is connected to (`host`, null without one). */
export type CustomDomainRow = Prisma.CustomDomainGetPayload<{ include: typeof withStage }>;

/** A page of a project's custom domains, oldest first, and their number. */
export function listCustomDomains(
  queries: Queries,
  projectId: string,
  page: PageQuery,
): Promise<[CustomDomainRow[], number]> {
  return Promise.all([
    queries.customDomain.findMany({
      where: { projectId },
      include: withStage,
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      ...pageWindow(page),
    }),
    countCustomDomains(queries, projectId),
  ]);
}

/** How many custom domains a project has. For a limit, ask under the project's lock. */
export function countCustomDomains(queries: Queries, projectId: string): Promise<number> {
  return queries.customDomain.count({ where: { projectId } });
}

/** A custom domain of a project by its id; null when there is none. */
export function findCustomDomain(
  queries: Queries,
  projectId: string,
  customDomainId: string,
): Promise<CustomDomainRow | null> {
  return queries.customDomain.findFirst({ where: { id: customDomainId, projectId }, include: withStage });
}

/** Adds a custom domain and gives its id; null when the host name belongs to somebody already, of any project. */
export async function insertCustomDomain(
  queries: Queries,
  data: { projectId: string; appKeyId: string; hostName: string },
): Promise<string | null> {
  const rows = await queries.customDomain.createManyAndReturn({
    data: [{ id: newId(), ...data }],
    skipDuplicates: true,
    select: { id: true },
  });
  return rows[0]?.id ?? null;
}

/** Deletes a custom domain that exists. */
export async function deleteCustomDomain(queries: Queries, customDomainId: string): Promise<void> {
  await queries.customDomain.delete({ where: { id: customDomainId } });
}

/** Registers the host name of a custom domain for a stage. */
export async function connectHost(queries: Queries, domain: CustomDomainRow, stageId: string): Promise<void> {
  const data = { hostName: domain.hostName, customDomainId: domain.id, stageId };
  await queries.stageHost.create({ data, select: { hostName: true } });
}

/** Takes the host name of a custom domain from a stage. False when it is not connected to it. */
export async function disconnectHost(queries: Queries, customDomainId: string, stageId: string): Promise<boolean> {
  return (await queries.stageHost.deleteMany({ where: { customDomainId, stageId } })).count > 0;
}
