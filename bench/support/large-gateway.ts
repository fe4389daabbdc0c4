import { AccessRows } from '../../test/harness/access-rows.js';
import { get, type LoadRequest } from '../load/plan.js';
import { addManyKeys } from './many-keys.js';
import type { GatewayBench } from './gateway-bench.js';
import { makeStage, manyRoutes } from './stages.js';

/** What a large gateway holds. */
export const ROUTES = 10_000;
export const KEYS = 100_000;
/** Requests that take turns: to routes from all over, with keys from all over. */
const REQUESTS = 1_000;

/** Deploys a stage of 10,000 routes that asks for one of 100,000 keys. Gives requests that are let through. */
export async function makeLargeStage({ stack, backendUrl }: GatewayBench): Promise<LoadRequest[]> {
  const { document, paths } = manyRoutes(ROUTES);
  const stage = await makeStage(stack, document, backendUrl, [
    { pluginType: 'API_KEY', pluginConfigJson: { isActive: true } },
  ]);
  const rows = await AccessRows.of(stack, stage.api);
  const ids = await addManyKeys({ stack, rows, stageId: stage.stageId }, KEYS);
  const spread = (values: readonly string[], at: number): string =>
    values[Math.floor((at * values.length) / REQUESTS)] ?? '';
  return Array.from({ length: REQUESTS }, (_unused, at) =>
    get(stage.host, spread(paths, at), { 'x-nhn-apikey': `${spread(ids, at)}-1` }),
  );
}
