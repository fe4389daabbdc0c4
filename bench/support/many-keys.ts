import type { AccessRows } from '../../test/harness/access-rows.js';
import type { Stack } from '../../test/harness/stack.js';

const KEYS_AT_ONCE = 10_000;
const RATE = 5_000;
const QUOTA = 1_000_000;

/**
 * Makes so many keys and connects them to a stage by a plan with a rate and a quota, which takes some seconds. Gives their
 * ids; a key's values are its id with `-1` and `-2` behind. `onLast` is told when the last of them are written.
 */
export async function addManyKeys(
  { stack, rows, stageId }: { readonly stack: Stack; readonly rows: AccessRows; readonly stageId: string },
  count: number,
  onLast: () => void = () => undefined,
): Promise<string[]> {
  const planId = await rows.addPlan(RATE, ['MONTH', QUOTA]);
  await rows.connectStage(planId, stageId);
  const ids: string[] = [];
  while (ids.length < count) {
    const added = await rows.addKeys(Math.min(KEYS_AT_ONCE, count - ids.length));
    ids.push(...added);
    await rows.subscribe(added, planId, stageId);
  }
  onLast();
  // What autovacuum does within a minute of such a load.
  await stack.query('ANALYZE');
  return ids;
}
