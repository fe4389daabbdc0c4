import { afterAll, beforeAll, beforeEach, describe, it } from '@jest/globals';
import { newId } from '../../src/kernel/ids.js';
import type { Api } from '../harness/api.js';
import { expectRefusal, holdRow, deleteRow, type RefusedEncounter, type Sql } from '../harness/encounters.js';
import { newPlanWorld, type PlanWorld } from '../harness/plans.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { asAdministrator, newUser, projectIdOf } from '../harness/users.js';

const BACKEND = 'http://127.0.0.1:10080';

let stack: PrivateStack;
let admin: Api;
let world: PlanWorld;
let api: Api;
let projectId: string;
let appKeyId: string;

beforeAll(async () => {
  stack = await startPrivateStack({ gateways: 0 });
  admin = await asAdministrator(stack);
});

afterAll(() => stack.stop());

beforeEach(async () => {
  world = await newPlanWorld(stack, 0);
  await useProjectOf(world.api);
});

async function useProjectOf(client: Api): Promise<void> {
  api = client;
  projectId = await projectIdOf(stack, api);
  const { appKeyList } = await admin.okPath('GET', `/v2.0/projects/${projectId}/appkeys`);
  appKeyId = appKeyList[0].appKeyId;
}

const stageOf = () => `/services/${world.serviceId}/stages/${world.stage.stageId}`;
const projectPath = () => `/v2.0/projects/${projectId}`;
const policyBody = {
  requestRestrictionPolicyName: 'x',
  requestRestrictionKeyType: 'HEADER',
  requestRestrictionKey: 'X-A',
};

const connectPlan = (usagePlanId: string): Sql => [
  'INSERT INTO usage_plan_stage (usage_plan_id, stage_id) VALUES ($1, $2)',
  usagePlanId,
  world.stage.stageId,
];
const subscribe = (usagePlanId: string, apiKeyId: string): Sql => [
  `INSERT INTO subscription (id, project_id, api_key_id, usage_plan_id, stage_id) VALUES ($1, $2, $3, $4, $5)`,
  newId(),
  projectId,
  apiKeyId,
  usagePlanId,
  world.stage.stageId,
];
const beginDeployment = (): Sql => [
  `INSERT INTO deployment
     (id, project_id, stage_id, status, description, hash, snapshot, settings, settings_hash, deadline_at)
   VALUES ($1, $2, $3, 'DEPLOYING', '', '', '{}', '{}', '', now() + interval '1 hour')`,
  newId(),
  projectId,
  world.stage.stageId,
];
const insertServices = (count: number): Sql => [
  `INSERT INTO service (id, project_id, app_key_id, server_group_id, region_code, name, description)
   SELECT $1::text || n, $1, $2, g.id, g.region_code, 'x', '' FROM server_group g, generate_series(1, $3::int) n
   WHERE g.region_code = 'KR1'`,
  projectId,
  appKeyId,
  count,
];

const makeDomain = async (): Promise<{ id: string; name: string }> => {
  const name = `${newId()}.example.com`;
  return { id: (await api.ok('POST', '/custom-domains', { customDomain: name })).customDomain.customDomainId, name };
};
const connectDomain = ({ id, name }: { id: string; name: string }, stageId = world.stage.stageId): Sql => [
  'INSERT INTO stage_host (host_name, stage_id, custom_domain_id) VALUES ($1, $2, $3)',
  name,
  stageId,
  id,
];

describe('what is made while', () => {
  it.each<[string, () => Promise<RefusedEncounter>]>([
    [
      'services are made, a service',
      async () => ({
        before: holdRow('project', projectId),
        call: () => api.call('POST', '/services', { regionCode: 'KR1', apigwServiceName: 'x' }),
        meanwhile: insertServices(9),
        key: 'SERVICE_LIMIT_EXCEEDED',
      }),
    ],
    [
      'appKeys are made, an appKey',
      async () => ({
        before: holdRow('project', projectId),
        call: () => admin.callPath('POST', `${projectPath()}/appkeys`, { appKeyName: 'x' }),
        meanwhile: [
          'INSERT INTO app_key (id, project_id, value) SELECT $1::text || n, $1, $1 || n FROM generate_series(1, 99) n',
          projectId,
        ],
        key: 'INVALID_PARAMETER',
        fields: ['projectId'],
      }),
    ],
    [
      'custom domains are made, a custom domain',
      async () => ({
        before: holdRow('project', projectId),
        call: () => api.call('POST', '/custom-domains', { customDomain: 'one-too-many.example.com' }),
        meanwhile: [
          `INSERT INTO custom_domain (id, project_id, app_key_id, host_name)
           SELECT $1::text || n, $1, $2, $1 || n FROM generate_series(1, 100) n`,
          projectId,
          appKeyId,
        ],
        key: 'INVALID_PARAMETER',
        fields: ['appKey'],
      }),
    ],
    [
      'policies are made, a policy',
      async () => ({
        before: holdRow('service', world.serviceId),
        call: () => api.call('POST', `/services/${world.serviceId}/request-restriction-policies`, policyBody),
        meanwhile: [
          `INSERT INTO restriction_policy (id, project_id, service_id, name, key_type, key_name)
           SELECT $1::text || n, $2, $1, 'x', 'HEADER', 'X-A' FROM generate_series(1, 10) n`,
          world.serviceId,
          projectId,
        ],
        key: 'INVALID_PARAMETER',
        fields: ['apigwServiceId'],
      }),
    ],
    [
      'access keys are made, an access key',
      async () => {
        const { userId } = await newUser(stack);
        return {
          before: holdRow('user_account', userId),
          call: () => admin.callPath('POST', `/v2.0/users/${userId}/access-keys`, { accessKeyName: 'x' }),
          meanwhile: [
            `INSERT INTO user_access_key (id, user_id, name, secret_hash)
             SELECT $1::text || n, $1, 'x', 'x' FROM generate_series(1, 99) n`,
            userId,
          ],
          key: 'INVALID_PARAMETER',
          fields: ['userId'],
        };
      },
    ],
  ])('%s counts them', async (_name, arrange) => {
    await expectRefusal(stack, await arrange());
  });
});

describe('who deletes', () => {
  it.each<[string, () => Promise<RefusedEncounter>]>([
    [
      'a project while a service is made in it is refused',
      async () => {
        await useProjectOf(await stack.newProject(0));
        return {
          before: holdRow('project', projectId),
          call: () => admin.callPath('DELETE', projectPath()),
          meanwhile: insertServices(1),
          key: 'INVALID_PARAMETER',
          fields: ['projectId'],
        };
      },
    ],
    [
      'an appKey while a service is made under it is refused',
      async () => {
        await useProjectOf(await stack.newProject(0));
        return {
          before: holdRow('app_key', appKeyId),
          call: () => admin.callPath('DELETE', `${projectPath()}/appkeys/${appKeyId}`),
          meanwhile: insertServices(1),
          key: 'INVALID_PARAMETER',
          fields: ['appKeyId'],
        };
      },
    ],
    [
      'a model while a method comes to refer to it is refused',
      async () => {
        const models = `/services/${world.serviceId}/models`;
        const { modelId } = (await api.ok('POST', models, { modelName: 'Pet', modelSchema: {} })).model;
        return {
          before: holdRow('service', world.serviceId),
          call: () => api.call('DELETE', `${models}/${modelId}`),
          meanwhile: [
            `INSERT INTO model_reference (resource_id, model_id)
             SELECT id, $1 FROM resource WHERE service_id = $2 AND method_type IS NOT NULL LIMIT 1`,
            modelId,
            world.serviceId,
          ],
          key: 'MODEL_IN_USE',
        };
      },
    ],
    [
      'a stage while it is connected to a usage plan is refused',
      async () => {
        const plan = await world.createPlan();
        return {
          before: holdRow('stage', world.stage.stageId),
          call: () => api.call('DELETE', stageOf()),
          meanwhile: connectPlan(plan),
          key: 'STAGE_HAS_USAGE_PLAN',
        };
      },
    ],
    [
      'a service while a stage of it is connected to a usage plan is refused',
      async () => {
        const plan = await world.createPlan();
        return {
          before: holdRow('stage', world.stage.stageId),
          call: () => api.call('DELETE', `/services/${world.serviceId}`),
          meanwhile: connectPlan(plan),
          key: 'STAGE_HAS_USAGE_PLAN',
        };
      },
    ],
    [
      'a restriction policy while it is set on a stage is refused',
      async () => {
        const policies = `/services/${world.serviceId}/request-restriction-policies`;
        const made = (await api.ok('POST', policies, policyBody)).requestRestrictionPolicy;
        return {
          before: holdRow('stage', world.stage.stageId),
          call: () => api.call('DELETE', `${policies}/${made.requestRestrictionPolicyId}`),
          meanwhile: [
            `INSERT INTO stage_resource_plugin (id, stage_resource_id, plugin_type, config)
             SELECT $1, id, 'REQUEST_RESTRICTION', jsonb_build_object('requestRestrictionPolicyId', $2::text)
             FROM stage_resource WHERE stage_id = $3 LIMIT 1`,
            newId(),
            made.requestRestrictionPolicyId,
            world.stage.stageId,
          ],
          key: 'INVALID_PARAMETER',
          fields: ['requestRestrictionPolicyId'],
        };
      },
    ],
    [
      'a usage plan while a stage is connected to it is refused',
      async () => {
        const plan = await world.createPlan();
        return {
          before: holdRow('usage_plan', plan),
          call: () => api.call('DELETE', `/usage-plans/${plan}`),
          meanwhile: connectPlan(plan),
          key: 'USAGE_PLAN_HAS_STAGES',
        };
      },
    ],
    [
      'an API key while it is connected to a stage is refused',
      async () => {
        const plan = await world.createConnectedPlan();
        const { apiKeyId } = await world.createKey();
        return {
          before: holdRow('api_key', apiKeyId),
          call: () => api.call('DELETE', `/apikeys/${apiKeyId}`),
          meanwhile: subscribe(plan, apiKeyId),
          key: 'API_KEY_IN_USE',
        };
      },
    ],
    [
      'a custom domain while it is connected to a stage is refused',
      async () => {
        const domain = await makeDomain();
        return {
          before: holdRow('custom_domain', domain.id),
          call: () => api.call('DELETE', `/custom-domains/${domain.id}`),
          meanwhile: connectDomain(domain),
          key: 'INVALID_PARAMETER',
          fields: ['customDomainId'],
        };
      },
    ],
  ])('%s', async (_name, arrange) => {
    await expectRefusal(stack, await arrange());
  });
});

describe('a stage', () => {
  it.each<[string, () => Promise<RefusedEncounter>]>([
    [
      'that is connected to a usage plan is not disconnected while keys come',
      async () => {
        const plan = await world.createConnectedPlan();
        const { apiKeyId } = await world.createKey();
        return {
          before: holdRow('stage', world.stage.stageId),
          call: () => api.call('DELETE', `/usage-plans/${plan}/stages/${world.stage.stageId}`),
          meanwhile: subscribe(plan, apiKeyId),
          key: 'STAGE_HAS_API_KEYS',
        };
      },
    ],
    [
      'is not connected to a custom domain that another stage gets meanwhile',
      async () => {
        const domain = await makeDomain();
        // The call holds its own stage by then, so that a connection of that one would be a deadlock.
        const { stageId } = await api.createStage(world.serviceId, BACKEND, 'other');
        return {
          before: holdRow('custom_domain', domain.id),
          call: () => api.call('POST', `${stageOf()}/custom-domains/${domain.id}`),
          meanwhile: connectDomain(domain, stageId),
          key: 'CUSTOM_DOMAIN_NOT_CONNECTED',
          fields: ['customDomainId'],
        };
      },
    ],
    [
      'that is deleted while it is connected to a custom domain does not exist',
      async () => {
        const domain = await makeDomain();
        return {
          before: holdRow('stage', world.stage.stageId),
          call: () => api.call('POST', `${stageOf()}/custom-domains/${domain.id}`),
          meanwhile: deleteRow('stage', world.stage.stageId),
          key: 'STAGE_NOT_FOUND',
        };
      },
    ],
  ])('%s', async (_name, arrange) => {
    await expectRefusal(stack, await arrange());
  });
});

describe('a stage that comes to be deployed is not', () => {
  it.each<[string, string, () => string, object | undefined]>([
    ['modified', 'PUT', stageOf, { backendEndpointUrl: BACKEND }],
    ['deleted', 'DELETE', stageOf, undefined],
    ['given resources', 'PUT', () => `${stageOf()}/resources`, undefined],
    ['deployed again', 'POST', () => `${stageOf()}/deploys`, undefined],
    ['rolled back', 'POST', () => `${stageOf()}/deploys/${newId()}/rollback`, undefined],
    ['robbed of a deployment', 'DELETE', () => `${stageOf()}/deploys/${newId()}`, undefined],
  ])('%s', async (_name, method, path, body) => {
    const call = () => api.call(method, path(), body);
    const before = holdRow('stage', world.stage.stageId);
    await expectRefusal(stack, { before, call, meanwhile: beginDeployment(), key: 'STAGE_DEPLOYING' });
  });
});
