import { API_KEY_HASH_LABEL } from '../../src/contract/access.js';
import { SecretBox } from '../../src/kernel/secret-box.js';
import { newId } from '../../src/kernel/ids.js';
import { KeyedHash } from '../../src/kernel/keyed-hash.js';
import type { Api } from './api.js';
import type { Stack } from './stack.js';

interface Owner {
  readonly projectId: string;
  readonly appKeyId: string;
}

/** API keys, plans, subscriptions and policies of a project, the many of them written into the database as the management API does. */
export class AccessRows {
  private readonly policyPaths = new Map<string, string>();
  private readonly hashes: KeyedHash;
  private readonly box: SecretBox;

  private constructor(
    private readonly stack: Stack,
    private readonly api: Api,
    private readonly owner: Owner,
    dataKey: Buffer,
  ) {
    this.hashes = new KeyedHash(dataKey, API_KEY_HASH_LABEL);
    this.box = new SecretBox(dataKey);
  }

  static async of(stack: Stack, api: Api): Promise<AccessRows> {
    const sql = 'SELECT id AS "appKeyId", project_id AS "projectId" FROM app_key WHERE value = $1';
    const [owner] = await stack.query<Owner & Record<string, string>>(sql, [api.appKey]);
    if (!owner) throw new Error('The project is not there');
    return new AccessRows(stack, api, owner, await stack.dataKey());
  }

  /** The hash under which a value of an API key is stored. */
  hashOf(value: string): string {
    return this.hashes.of(value);
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
    const owners = ids.flatMap((id) => [id, id]);
    const types = ids.flatMap(() => ['PRIMARY', 'SECONDARY']);
    await this.stack.query(
      `INSERT INTO api_key_value (hash, api_key_id, type, sealed)
       SELECT hash, id, type::api_key_type, sealed
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS v (hash, id, type, sealed)`,
      [values.map((value) => this.hashOf(value)), owners, types, values.map((value) => this.box.seal(value))],
    );
    return ids;
  }

  async addPlan(rate: number | null, quota: [unit: string, limit: number] | null = null): Promise<string> {
    const { usagePlan } = await this.api.ok('POST', '/usage-plans', {
      usagePlanName: 'plan',
      rateLimitRequestPerSecond: rate,
      ...(quota ? { quotaLimitPeriodUnitCode: quota[0], quotaLimit: quota[1] } : {}),
    });
    return usagePlan.usagePlanId;
  }

  async connectStage(usagePlanId: string, stageId: string): Promise<void> {
    await this.api.ok('POST', `/usage-plans/${usagePlanId}/stages/${stageId}`);
  }

  async subscribe(apiKeyIds: readonly string[], usagePlanId: string, stageId: string): Promise<void> {
    await this.stack.query(
      `INSERT INTO subscription (id, project_id, api_key_id, usage_plan_id, stage_id)
       SELECT $5 || key, $1, key, $3, $4 FROM unnest($2::text[]) AS key`,
      [this.owner.projectId, apiKeyIds, usagePlanId, stageId, newId()],
    );
  }

  async setStatus(apiKeyId: string, status: string): Promise<void> {
    await this.api.ok('PUT', `/apikeys/${apiKeyId}`, { apiKeyName: 'key', apiKeyStatus: status });
  }

  /** Makes a policy that looks at the header X-Tenant. */
  async addPolicy(serviceId: string, defaultRate: number | null): Promise<string> {
    const policies = `/services/${serviceId}/request-restriction-policies`;
    const { requestRestrictionPolicy } = await this.api.ok('POST', policies, {
      requestRestrictionPolicyName: 'policy',
      requestRestrictionKeyType: 'HEADER',
      requestRestrictionKey: 'X-Tenant',
      defaultRequestsPerSecond: defaultRate,
    });
    const id: string = requestRestrictionPolicy.requestRestrictionPolicyId;
    this.policyPaths.set(id, `${policies}/${id}`);
    return id;
  }

  async addPolicyValue(policyId: string, value: string, rate: number | null, allowed: string[] = []): Promise<string> {
    const { requestRestrictionKeyValue } = await this.api.ok('POST', `${this.policyPaths.get(policyId)}/key-values`, {
      requestRestrictionKeyValue: value,
      requestsPerSecond: rate,
      ...(allowed.length > 0 ? { ipAccessControlType: 'ALLOW', ipAccessControlList: allowed } : {}),
    });
    return requestRestrictionKeyValue.requestRestrictionKeyValueId;
  }
}
