import type { Queries } from '../../database/index.js';
import { newId } from '../../kernel/ids.js';

/** Makes the server groups of regions that have none. */
export async function insertServerGroups(queries: Queries, regionCodes: readonly string[]): Promise<void> {
  const data = regionCodes.map((regionCode) => ({ id: newId(), regionCode }));
  await queries.serverGroup.createMany({ data, skipDuplicates: true });
}

export async function hasAppKey(queries: Queries, value: string): Promise<boolean> {
  return (await queries.appKey.findUnique({ where: { value }, select: { id: true } })) !== null;
}

/** Whether there is any project. */
export async function hasProject(queries: Queries): Promise<boolean> {
  return (await queries.project.findFirst({ select: { id: true } })) !== null;
}

/** Makes a project and gives its id. */
export async function insertProject(queries: Queries, name: string): Promise<string> {
  return (await queries.project.create({ data: { id: newId(), name }, select: { id: true } })).id;
}

export async function insertAppKey(queries: Queries, projectId: string, value: string): Promise<void> {
  await queries.appKey.create({ data: { id: newId(), projectId, value }, select: { id: true } });
}
