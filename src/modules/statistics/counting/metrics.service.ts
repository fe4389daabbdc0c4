import { Injectable } from '@nestjs/common';
import type { MetricBatch } from '../../../contract/sync.js';
import { Database, holdApiKeys, holdStages } from '../../../database/index.js';
import { noteQuotaUses, noteRouteKeys } from './key-uses.queries.js';
import { addApiKeyCounts, addRouteCounts, addStageCounts, rememberBatch } from './metrics.queries.js';

/** Batches add to the same rows: those of one process take turns, so that they do not wait for each other's locks on all its connections. */
const TURN = 'metrics';

/** Who has counted. */
export interface CountingGateway {
  readonly gatewayId: string;
  /** Whose stages count; undefined for those of every server group. */
  readonly serverGroupId: string | undefined;
}

/** Takes in what gateways have counted. */
@Injectable()
export class MetricsService {
  constructor(private readonly database: Database) {}

  /** Adds the counts of a batch, all of them or none; a batch that was taken already changes nothing. */
  async accept(
    { gatewayId, serverGroupId }: CountingGateway,
    { batchId, counts, apiKeyCounts, quotaUses, routeKeys }: MetricBatch,
  ): Promise<void> {
    const ofKeys = [...apiKeyCounts, ...quotaUses, ...routeKeys];
    const stageIds = [...counts, ...ofKeys].map(({ stageId }) => stageId);
    const apiKeyIds = ofKeys.map(({ apiKeyId }) => apiKeyId);
    await this.database.transaction(
      'accept metrics',
      async (queries) => {
        if (!(await rememberBatch(queries, gatewayId, batchId))) return;
        const stages = await holdStages(queries, stageIds, serverGroupId);
        const apiKeys = await holdApiKeys(queries, apiKeyIds);
        const known = counts.filter(({ stageId }) => stages.has(stageId));
        await addRouteCounts(queries, known);
        await addStageCounts(queries, known);
        const isKnown = (one: { apiKeyId: string; stageId: string }) =>
          apiKeys.has(one.apiKeyId) && stages.has(one.stageId);
        await addApiKeyCounts(queries, apiKeyCounts.filter(isKnown));
        await noteQuotaUses(queries, gatewayId, quotaUses.filter(isKnown));
        await noteRouteKeys(queries, routeKeys.filter(isKnown));
      },
      { turnOf: TURN },
    );
  }
}
