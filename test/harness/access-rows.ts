import { API_KEY_HASH_LABEL } from '../../src/contract/access.js';
import { newId } from '../../src/kernel/ids.js';
import { KeyedHash } from '../../src/kernel/keyed-hash.js';
import type { Api } from './api.js';
import type { Stack } from './stack.js';

/** What the harness's control planes encrypt with. */
const ENCRYPTION_KEY = Buffer.from('e1'.repeat(32), 'hex');
const hashes = new KeyedHash(ENCRYPTION_KEY, API_KEY_HASH_LABEL);

/** The hash under which a value of an API key is stored. */
export const hashOfValue = (value: string): string => hashes.of(value);

interface Owner {
  readonly projectId: string;
  readonly appKeyId: string;
}

/** API keys, plans, subscriptions and policies of a project, written into the database as the management API does. */
export class AccessRows {
  private constructor(
    private readonly stack: Stack,
    private readonly owner: Owner,
  ) {}

  static async of(stack: Stack, api: Api): Promise<AccessRows> {
    const sql = 'SELECT id AS "appKeyId", project_id AS "projectId" FROM app_key WHERE value = $1';
    const [owner] = await stack.query<Owner & Record<string, string>>(sql, [api.appKey]);
    if (!owner) throw new Error('The project is not there');
    return new AccessRows(stack, owner);
  }

  /** Makes a key whose values are its id with `-1` and `-2` behind. */
  async addKey(status = 'ACTIVE'): Promise<string> {
    const [id] = await this.addKeys(1, status);
    return id ?? '';
  }

  /** Makes many keys at once. */
  async addKeys(count: number, status = 'ACTIVE'): Promise<string[]> {
    const ids = Array.from({ length: count }, newId);
    await this.stack.query(
      `INSERT INTO api_key (id, project_id, app_key_id, name, description, status)
       SELECT id, $2, $3, 'key', '', $4::api_key_status FROM unnest($1::text[]) AS id`,
      [ids, this.owner.projectId, this.owner.appKeyId, status],
    );
    const values = ids.flatMap((id) => [`${id}-1`, `${id}-2`]);
    await this.stack.query(
      `INSERT INTO api_key_value (hash, api_key_id, type, sealed)
       SELECT hash, id, type::api_key_type, '' FROM unnest($1::text[], $2::text[], $3::text[]) AS v (hash, id, type)`,
      [values.map(hashOfValue), ids.flatMap((id) => [id, id]), ids.flatMap(() => ['PRIMARY', 'SECONDARY'])],
    );
    return ids;
  }

  async addPlan(rate: number | null, quota: [unit: string, limit: number] | null = null): Promise<string> {
    const id = newId();
    await this.stack.query(
      `INSERT INTO usage_plan
         (id, project_id, app_key_id, name, description, requests_per_second, quota_period_unit, quota_limit)
       VALUES ($1, $2, $3, 'plan', '', $4, $5::quota_period_unit, $6)`,
      [id, this.owner.projectId, this.owner.appKeyId, rate, quota?.[0] ?? null, quota?.[1] ?? null],
    );
    return id;
  }

  async connectStage(usagePlanId: string, stageId: string): Promise<void> {
    const sql = 'INSERT INTO usage_plan_stage (usage_plan_id, stage_id) VALUES ($1, $2)';
    await this.stack.query(sql, [usagePlanId, stageId]);
  }

  async subscribe(apiKeyIds: readonly string[], usagePlanId: string, stageId: string): Promise<void> {
    await this.stack.query(
      `INSERT INTO subscription (id, project_id, api_key_id, usage_plan_id, stage_id)
       SELECT $5 || key, $1, key, $3, $4 FROM unnest($2::text[]) AS key`,
      [this.owner.projectId, apiKeyIds, usagePlanId, stageId, newId()],
    );
  }

  async setStatus(apiKeyId: string, status: string): Promise<void> {
    await this.stack.query('UPDATE api_key SET status = $2::api_key_status WHERE id = $1', [apiKeyId, status]);
  }

  /** Makes a policy that looks at the header X-Tenant. */
  async addPolicy(serviceId: string, defaultRate: number | null): Promise<string> {
    const id = newId();
    await this.stack.query(
      `INSERT INTO restriction_policy (id, project_id, service_id, name, key_type, key_name, default_requests_per_second)
       VALUES ($1, $2, $3, 'policy', 'HEADER', 'X-Tenant', $4)`,
      [id, this.owner.projectId, serviceId, defaultRate],
    );
    return id;
  }

  async addPolicyValue(policyId: string, value: string, rate: number | null, allowed: string[] = []): Promise<string> {
    const id = newId();
    await this.stack.query(
      `INSERT INTO restriction_key_value (id, policy_id, value, requests_per_second, ip_acl_type, ip_acl_list)
       VALUES ($1, $2, $3, $4, $5::ip_acl_type, $6)`,
      [id, policyId, value, rate, allowed.length > 0 ? 'ALLOW' : null, allowed],
    );
    return id;
  }
}
