import type { Stack } from './stack.js';

/** Where many API keys are to be made, and how many. */
export interface ManyKeys {
  /** Value of the appKey that they are made under. */
  readonly appKey: string;
  /** Every second key is connected to this stage of this plan. */
  readonly usagePlanId: string;
  readonly stageId: string;
  readonly keys: number;
  /** The sealed value of every key. */
  readonly sealed: string;
}

/**
 * Makes many API keys at once, past the control plane: named `team 0 key 0` to `team 99 key …`, every fourth INACTIVE.
 * Their ids run against time and many keys are of one moment, so that an order by anything else is seen.
 * Gives the id of their project.
 */
export async function fillApiKeys(stack: Stack, many: ManyKeys): Promise<string> {
  const [owner] = await stack.query<{ id: string; projectId: string }>(
    'SELECT id, project_id AS "projectId" FROM app_key WHERE value = $1',
    [many.appKey],
  );
  if (!owner) throw new Error('There is no such appKey');
  await stack.query(
    `INSERT INTO api_key (id, project_id, app_key_id, name, description, status, created_at)
     SELECT 'k' || lpad(($1 - n)::text, 8, '0'), $2, $3, 'team ' || n % 100 || ' key ' || n, '',
       (CASE WHEN n % 4 = 0 THEN 'INACTIVE' ELSE 'ACTIVE' END)::api_key_status,
       '2026-01-01Z'::timestamptz + (n / 10) * interval '1 second'
     FROM generate_series(0, $1 - 1) n`,
    [many.keys, owner.projectId, owner.id],
  );
  await stack.query(
    `INSERT INTO api_key_value (hash, api_key_id, type, sealed)
     SELECT t.type || k.id, k.id, t.type::api_key_type, $1 FROM api_key k, unnest(ARRAY['PRIMARY', 'SECONDARY']) t(type)`,
    [many.sealed],
  );
  await stack.query(
    `INSERT INTO subscription (id, project_id, api_key_id, usage_plan_id, stage_id, created_at)
     SELECT 's' || id, project_id, id, $1, $2, created_at FROM api_key WHERE right(id, 1) IN ('0', '2', '4', '6', '8')`,
    [many.usagePlanId, many.stageId],
  );
  await stack.query('VACUUM (ANALYZE) api_key, api_key_value, subscription');
  return owner.projectId;
}
