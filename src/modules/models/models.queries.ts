import type { Prisma, Queries } from '../../database/index.js';
import { type PageQuery, pageWindow } from '../../http/index.js';

/** A model of a service. */
export type ModelRow = Prisma.ModelGetPayload<object>;

/** A page of a service's models by name, and their number; only those whose name contains `nameFilter`. */
export function listModels(
  queries: Queries,
  serviceId: string,
  nameFilter: string,
  page: PageQuery,
): Promise<[ModelRow[], number]> {
  const where = { serviceId, name: { contains: escapeLike(nameFilter) } };
  return Promise.all([
    queries.model.findMany({ where, orderBy: { name: 'asc' }, ...pageWindow(page) }),
    queries.model.count({ where }),
  ]);
}

/** Prisma puts the text into a LIKE pattern as it stands; here it means itself. */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** A model of a service; null when there is none. */
export function findModel(queries: Queries, serviceId: string, modelId: string): Promise<ModelRow | null> {
  return queries.model.findFirst({ where: { id: modelId, serviceId } });
}

/** Whether parameters or responses of a method refer to the model. Ask under the service's lock. */
export async function isModelReferenced(queries: Queries, modelId: string): Promise<boolean> {
  return (await queries.modelReference.findFirst({ where: { modelId }, select: { modelId: true } })) !== null;
}
