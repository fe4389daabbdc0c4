import { type Queries, rowsOf } from '../../../database/index.js';
import type { ExportInput, MethodDescription } from './to-exported-stage.js';

/** What the service says of its methods: request parameters and responses. */
export async function readMethodDescriptions(queries: Queries, serviceId: string): Promise<MethodDescription[]> {
  return rowsOf<MethodDescription>(queries)`
    SELECT path, method_type AS "methodType", parameters, responses FROM resource
    WHERE service_id = ${serviceId} AND method_type IS NOT NULL`;
}

/** The models of a service by name. */
export async function readModels(queries: Queries, serviceId: string): Promise<ExportInput['models']> {
  return rowsOf<ExportInput['models'][number]>(queries)`
    SELECT id, name, description, schema FROM model WHERE service_id = ${serviceId} ORDER BY name`;
}
