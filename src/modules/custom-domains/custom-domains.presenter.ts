import { stageHostName } from '../stages/index.js';
import type { CustomDomainAnswer } from './custom-domains.dto.js';
import type { CustomDomainRow } from './custom-domains.queries.js';

/** A custom domain as clients see it. */
export function presentCustomDomain(row: CustomDomainRow, stageDomain: string): CustomDomainAnswer {
  return {
    customDomainId: row.id,
    customDomain: row.hostName,
    connectedStage: row.host && presentStage(row.host, stageDomain),
    createdAt: row.createdAt,
  };
}

function presentStage(
  { stage, createdAt }: NonNullable<CustomDomainRow['host']>,
  stageDomain: string,
): NonNullable<CustomDomainAnswer['connectedStage']> {
  const { serviceId, name: stageName, service } = stage;
  return {
    apigwServiceId: serviceId,
    stageId: stage.id,
    stageName,
    stageUrl: stageHostName({ regionCode: service.regionCode, serviceId, stageName }, stageDomain),
    connectedAt: createdAt,
  };
}
