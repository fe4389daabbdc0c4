import type { GatewayResponseSettings } from '../../contract/gateway-responses.js';
import type { Prisma, Queries } from '../../database/index.js';
import { newId } from '../../kernel/ids.js';

/** A gateway response that a service has redefined. */
export type GatewayResponseRow = Prisma.GatewayResponseGetPayload<object>;

/** The gateway responses that a service has redefined, by type. */
export function listGatewayResponses(queries: Queries, serviceId: string): Promise<GatewayResponseRow[]> {
  return queries.gatewayResponse.findMany({ where: { serviceId }, orderBy: { type: 'asc' } });
}

/** A gateway response that a service has redefined; null when there is none with this id. */
export function findGatewayResponse(
  queries: Queries,
  serviceId: string,
  id: string,
): Promise<GatewayResponseRow | null> {
  return queries.gatewayResponse.findFirst({ where: { id, serviceId } });
}

/** Redefines a type, whether it was redefined before or not. */
export function upsertGatewayResponse(
  queries: Queries,
  owner: { readonly projectId: string; readonly serviceId: string },
  settings: GatewayResponseSettings,
): Promise<GatewayResponseRow> {
  const { gatewayResponseType: type, httpStatusCode: status, headers, body } = settings;
  const content = { status, headers, body, updatedAt: new Date() };
  return queries.gatewayResponse.upsert({
    where: { serviceId_type: { serviceId: owner.serviceId, type } },
    create: { id: newId(), ...owner, type, ...content },
    update: content,
  });
}

/** False when the service has no such gateway response. */
export async function deleteGatewayResponse(queries: Queries, serviceId: string, id: string): Promise<boolean> {
  const { count } = await queries.gatewayResponse.deleteMany({ where: { id, serviceId } });
  return count > 0;
}
