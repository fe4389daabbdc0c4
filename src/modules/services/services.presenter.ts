import type { ServiceAnswer } from './services.dto.js';
import type { ServiceRow } from './services.queries.js';

/** A service as clients see it. */
export function presentService(row: ServiceRow, stageDomain: string): ServiceAnswer {
  return {
    apigwServiceId: row.id,
    apigwServiceAlias: row.id,
    apigwServiceName: row.name,
    apigwServiceDescription: row.description,
    apigwDomain: stageDomain,
    appKey: row.appKey,
    regionCode: row.regionCode,
    serverGroupId: row.serverGroupId,
    dedicatedId: null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    apigwServiceTypeCode: 'SHARED',
  };
}
