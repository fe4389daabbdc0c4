import type { Queries } from '../../../database/index.js';
import type { StoredParameters, StoredResponses } from '../../resources/index.js';
import type { ExportInput, MethodDescription } from './to-exported-stage.js';

/** What the service says of its methods: request parameters and responses. */
export async function readMethodDescriptions(queries: Queries, serviceId: string): Promise<MethodDescription[]> {
  const rows = await queries.resource.findMany({
    where: { serviceId, methodType: { not: null } },
    select: { path: true, methodType: true, parameters: true, responses: true },
  });
  return rows.map(({ path, methodType, parameters, responses }) => ({
    path,
    methodType: methodType ?? '',
    parameters: parameters as StoredParameters | null,
    responses: responses as StoredResponses | null,
  }));
}

/** The models of a service by name. */
export async function readModels(queries: Queries, serviceId: string): Promise<ExportInput['models']> {
  const rows = await queries.model.findMany({ where: { serviceId }, orderBy: { name: 'asc' } });
  return rows.map(({ id, name, description, schema }) => ({ id, name, description, schema: schema as object }));
}
