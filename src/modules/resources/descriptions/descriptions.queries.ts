import { Prisma, type Queries } from '../../../database/index.js';
import type { StoredParameters, StoredResponses } from '../rules/imported.js';

/** A resource with what is said of it as a method. */
export interface DescribedResource {
  readonly methodType: string | null;
  readonly madeByCors: boolean;
  readonly parameters: StoredParameters | null;
  readonly responses: StoredResponses | null;
}

/** What a service says of one of its resources; null when there is no such resource. */
export async function findDescribed(
  queries: Queries,
  serviceId: string,
  resourceId: string,
): Promise<DescribedResource | null> {
  const row = await queries.resource.findFirst({
    where: { id: resourceId, serviceId },
    select: { methodType: true, madeByCors: true, parameters: true, responses: true },
  });
  return (
    row && {
      ...row,
      parameters: row.parameters as unknown as StoredParameters | null,
      responses: row.responses as unknown as StoredResponses | null,
    }
  );
}

/** Those of some model ids that the service has. */
export async function findModelIds(queries: Queries, serviceId: string, ids: readonly string[]): Promise<Set<string>> {
  const rows = await queries.model.findMany({ where: { serviceId, id: { in: [...ids] } }, select: { id: true } });
  return new Set(rows.map(({ id }) => id));
}

/** Stores the descriptions of a method and its references to models. The caller holds the service's lock. */
export async function saveDescriptions(
  queries: Queries,
  resourceId: string,
  { parameters, responses }: Pick<DescribedResource, 'parameters' | 'responses'>,
  modelIds: readonly string[],
): Promise<void> {
  await queries.modelReference.deleteMany({ where: { resourceId } });
  await queries.modelReference.createMany({ data: [...new Set(modelIds)].map((modelId) => ({ resourceId, modelId })) });
  await queries.resource.update({
    where: { id: resourceId },
    data: { parameters: toJson(parameters), responses: toJson(responses), updatedAt: new Date() },
  });
}

function toJson(value: object | null): Prisma.InputJsonObject | typeof Prisma.DbNull {
  return value ?? Prisma.DbNull;
}
