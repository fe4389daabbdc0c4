import type { Stack } from './stack.js';

/**
 * Tables that change by themselves while nobody calls the management API: signs of life and what gateways report.
 * `access_token` is left out because a test that calls v2.0 gets itself a token.
 */
const RESTLESS = new Set([
  'access_token',
  'api_key_metric',
  'deployment_receipt',
  'gateway',
  'metric_batch',
  'quota_use',
  'route_key_use',
  'route_metric',
  'stage_metric',
]);

/**
 * What tells two states of the database apart: per table the number of rows and the newest transaction that wrote one.
 * `leftOut` names further tables that are not looked at.
 * A row that was written anew shows even when it holds the same as before; a transaction that was rolled back does not.
 */
export async function databaseFingerprint(
  stack: Stack,
  leftOut: readonly string[] = [],
): Promise<Record<string, string>> {
  const tables = await stack.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  );
  const watched = tables.map(({ name }) => name).filter((name) => !RESTLESS.has(name) && !leftOut.includes(name));
  const parts = watched.map(
    (name) => `SELECT '${name}' AS name, count(*) || ' rows, last ' || max(xmin::text::bigint) AS state FROM "${name}"`,
  );
  const rows = await stack.query<{ name: string; state: string }>(parts.join(' UNION ALL '));
  return Object.fromEntries(rows.map(({ name, state }) => [name, state]));
}
