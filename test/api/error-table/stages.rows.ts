import type { Json } from '../../harness/api.js';
import { applyPlan, makePlan } from '../../harness/deployment-plans.js';
import { httpDocument } from '../../harness/documents.js';
import { BACKEND, type Row, SPOKEN_GATEWAY, type World } from './world.js';

const stageOf = (backendEndpointUrl = BACKEND, stageName: string | null = null) => ({ backendEndpointUrl, stageName });

/** The creation of a stage of a service with methods. */
function creationOf(body: object, before?: (world: World, serviceId: string) => Promise<unknown>): Row['arrange'] {
  return async (world) => {
    const serviceId = await world.service();
    await before?.(world, serviceId);
    return () => world.api.call('POST', `/services/${serviceId}/stages`, body);
  };
}

/** A change of a stage resource. */
function changeOf(
  [path, methodType]: [path: string, methodType: string | null],
  change: object | ((world: World) => Promise<object>),
): Row['arrange'] {
  return async (world) => {
    const { stage } = await world.stage();
    const url = await world.stageResource(stage, path, methodType);
    const more = typeof change === 'function' ? await change(world) : change;
    return () => world.api.call('PUT', url, { stageResourcePluginList: [], ...more });
  };
}

const LIMIT = { pluginType: 'RATE_LIMIT', pluginConfigJson: { keyType: 'DEFAULT', requestPerSec: 1 } };

export const stagesRows = {
  NO_METHOD_TO_STAGE: {
    arrange: async ({ api }) => {
      const serviceId = await api.createService();
      return () => api.call('POST', `/services/${serviceId}/stages`, stageOf());
    },
  },
  STAGE_PLUGIN_POSITION_INVALID: {
    arrange: changeOf(['/items', null], { stageResourcePluginList: [LIMIT] }),
    fields: ['stageResourcePluginList[0].pluginType'],
  },
  PRE_API_URL_IS_STAGE_URL: {
    arrange: changeOf(['/items', null], async (world) => {
      const [{ hostName } = { hostName: '' }] = await world.stack.query<{ hostName: string }>(
        'SELECT host_name AS "hostName" FROM stage_host ORDER BY created_at DESC LIMIT 1',
      );
      const pluginConfigJson = { httpMethod: 'GET', url: `http://${hostName}/`, cacheTtl: 0 };
      return { stageResourcePluginList: [{ pluginType: 'PRE_API', pluginConfigJson }] };
    }),
    fields: ['stageResourcePluginList[0].pluginConfigJson.url'],
  },
  BACKEND_OVERRIDE_NOT_ALLOWED: {
    arrange: changeOf(['/', null], { customBackendEndpointUrl: BACKEND }),
    fields: ['customBackendEndpointUrl'],
  },
  BACKEND_URL_INVALID: { arrange: creationOf(stageOf('ftp://backend')), fields: ['backendEndpointUrl'] },
  STAGE_HAS_USAGE_PLAN: {
    arrange: async (world) => {
      const { stage } = await world.connected();
      return () => world.api.call('DELETE', stage);
    },
  },
  STAGE_LIMIT_EXCEEDED: {
    // The stack allows two.
    arrange: creationOf(stageOf(BACKEND, 'third'), async ({ api }, serviceId) => {
      await api.createStage(serviceId, BACKEND, 'first');
      await api.createStage(serviceId, BACKEND, 'second');
    }),
  },
  STAGE_NAME_DUPLICATED: {
    arrange: creationOf(stageOf(), ({ api }, serviceId) => api.createStage(serviceId, BACKEND)),
  },
  STAGE_RESOURCES_UP_TO_DATE: {
    arrange: async (world) => {
      const { stage } = await world.stage();
      return () => world.api.call('PUT', `${stage}/resources`);
    },
  },
  STAGE_PLUGIN_UNREADABLE: {
    arrange: async (world) => {
      const { stage, stageId } = await world.stage();
      const damaged = `UPDATE stage_resource_plugin p SET config = '{}'
        FROM stage_resource r WHERE r.id = p.stage_resource_id AND r.stage_id = $1`;
      await world.stack.query(damaged, [stageId]);
      return () => world.api.call('POST', `${stage}/deploys`);
    },
    fields: ['GET /items'],
  },
  STAGE_HOST_NOT_REGISTERED: {
    arrange: creationOf(stageOf(), (world, serviceId) =>
      world.raiseOn('INSERT', 'stage_host', ['host_name', `kr1-${serviceId}.api.localhost`]),
    ),
  },
  SERVER_GROUP_NOT_FOUND: {
    arrange: async (world) => {
      const { api, stack } = world;
      await stack.query(`UPDATE server_group SET region_code = 'GONE' WHERE region_code = 'KR3'`);
      world.undo(() => stack.query(`UPDATE server_group SET region_code = 'KR3' WHERE region_code = 'GONE'`));
      return () => api.call('POST', '/services', { regionCode: 'KR3', apigwServiceName: 'nobody serves it' });
    },
  },
  STAGE_HOST_NOT_RELEASED: {
    arrange: async (world) => {
      const { stage, stageId } = await world.stage();
      await world.raiseOn('DELETE', 'stage_host', ['stage_id', stageId]);
      return () => world.api.call('DELETE', stage);
    },
  },
  HOST_RECORD_NOT_FOUND: {
    arrange: async (world) => {
      const { stage, stageId } = await world.stage();
      await world.stack.query('DELETE FROM stage_host WHERE stage_id = $1', [stageId]);
      return () => world.api.call('PUT', stage, { backendEndpointUrl: BACKEND });
    },
  },
  STAGE_NOT_FOUND: {
    arrange: async (world) => {
      const serviceId = await world.service();
      return () => world.api.call('GET', `/services/${serviceId}/stages/nope/resources`);
    },
  },
  STAGE_RESOURCE_NOT_FOUND: {
    arrange: async (world) => {
      const { stage } = await world.stage();
      return () => world.api.call('PUT', `${stage}/resources/nope`, { stageResourcePluginList: [] });
    },
  },
  CUSTOM_DOMAIN_NOT_CONNECTED: {
    arrange: async (world) => {
      const { stage } = await world.stage();
      const { customDomain } = await world.api.ok('POST', '/custom-domains', { customDomain: 'api.example.com' });
      await world.raiseOn('INSERT', 'stage_host', ['host_name', 'api.example.com']);
      return () => world.api.call('POST', `${stage}/custom-domains/${customDomain.customDomainId}`);
    },
  },
} satisfies Record<string, Row>;

/** A deployment of a stage in whose rows something has been changed past the control plane. */
function deploymentAfter(sql: string): Row['arrange'] {
  return async (world) => {
    const { stage, stageId } = await world.stage();
    await world.stack.query(sql, [stageId]);
    return () => world.api.call('POST', `${stage}/deploys`);
  };
}

/** The rollback of a stage that was changed after its deployment. */
function rollbackAfter(before: (world: World, made: { stageId: string; deployId: string }) => Promise<unknown>) {
  return async (world: World) => {
    const { stage, stageId, deployId } = await world.deployed();
    await world.api.ok('PUT', stage, { backendEndpointUrl: 'http://127.0.0.1:10081' });
    await before(world, { stageId, deployId });
    return () => world.api.call('POST', `${stage}/deploys/${deployId}/rollback`);
  };
}

const PLUGINS_OF = 'FROM stage_resource_plugin p USING stage_resource r WHERE p.stage_resource_id = r.id';

export const deploymentsRows = {
  DEPLOYMENT_IN_USE: {
    arrange: async (world) => {
      const { stage, deployId } = await world.deployed();
      return () => world.api.call('DELETE', `${stage}/deploys/${deployId}`);
    },
  },
  DEPLOYMENT_NOT_COMPLETE: {
    arrange: rollbackAfter(({ stack }, { deployId }) =>
      stack.query(`UPDATE deployment SET status = 'FAILURE' WHERE id = $1`, [deployId]),
    ),
  },
  DEPLOY_STAGE_EMPTY: { arrange: deploymentAfter('DELETE FROM stage_resource WHERE stage_id = $1') },
  DEPLOY_NO_METHOD: {
    arrange: deploymentAfter('DELETE FROM stage_resource WHERE stage_id = $1 AND method_type IS NOT NULL'),
  },
  DEPLOY_HOST_MISSING: { arrange: deploymentAfter('DELETE FROM stage_host WHERE stage_id = $1') },
  DEPLOY_NO_ROUTE: {
    arrange: deploymentAfter(
      `WITH removed AS (DELETE ${PLUGINS_OF} AND r.stage_id = $1)
       UPDATE stage_resource SET made_by_cors = true WHERE stage_id = $1`,
    ),
  },
  BACKEND_TYPE_UNSUPPORTED: {
    arrange: deploymentAfter(`DELETE ${PLUGINS_OF} AND r.stage_id = $1`),
    fields: ['GET /items'],
  },
  SNAPSHOT_NOT_SERIALIZABLE: {
    arrange: deploymentAfter(
      `INSERT INTO stage_resource_plugin (id, stage_resource_id, plugin_type, config)
       SELECT stage_id, id, 'HMAC', '{"secretKey":"sealed:v1:AAAA"}' FROM stage_resource
       WHERE stage_id = $1 AND path = '/' AND method_type IS NULL`,
    ),
  },
  DEPLOY_STAGE_DELETED: {
    arrange: async (world) => {
      const { stage, stageId } = await world.stage();
      const holder = await world.stack.connect();
      await holder.query('BEGIN');
      await holder.query('DELETE FROM stage WHERE id = $1', [stageId]);
      return async () => {
        const waiting = world.api.call('POST', `${stage}/deploys`);
        await world.stack.waitForLockWaiter(holder);
        await holder.query('COMMIT');
        await holder.end();
        return waiting;
      };
    },
    changedByTheFault: ['stage', 'stage_host', 'stage_resource', 'stage_resource_plugin', 'prepared_deployment'],
  },
  ROLLBACK_NO_DIFFERENCE: {
    arrange: async (world) => {
      const { stage, deployId } = await world.deployed();
      return () => world.api.call('POST', `${stage}/deploys/${deployId}/rollback`);
    },
  },
  STAGE_DEPLOYING: {
    arrange: async (world) => {
      await world.spokenGateway();
      const { stage } = await world.stage('KR2');
      await world.api.ok('POST', `${stage}/deploys`);
      return () => world.api.call('PUT', stage, { backendEndpointUrl: BACKEND });
    },
  },
  STAGE_NOT_CHANGED: {
    arrange: async (world) => {
      const { stage } = await world.deployed();
      return () => world.api.call('POST', `${stage}/deploys`);
    },
  },
  DEPLOY_RESTORE_FAILED: {
    arrange: async (world) => {
      const gateway = await world.spokenGateway();
      const { stage, stageId, service } = await world.stage('KR2');
      await world.api.ok('POST', `${stage}/deploys`);
      await gateway.receipt(stageId, null, 'KR2');
      await world.api.ok('POST', `${service}/resources/import`, { swaggerData: httpDocument() });
      await world.api.ok('PUT', stage, { backendEndpointUrl: 'http://127.0.0.1:10081' });
      await world.api.ok('POST', `${stage}/deploys`);
      await gateway.receipt(stageId, 'no room', 'KR2');
      await gateway.receipt(stageId, 'disk is gone', 'KR2');
      return () => world.api.call('GET', `${stage}/deploys/latest`);
    },
    fields: [SPOKEN_GATEWAY],
  },
  NO_LIVE_GATEWAY: {
    arrange: async (world) => {
      const gateway = await world.spokenGateway();
      const { stage, stageId } = await world.stage('KR2');
      await world.api.ok('POST', `${stage}/deploys`);
      await gateway.receipt(stageId, null, 'KR2');
      await world.api.ok('PUT', stage, { backendEndpointUrl: 'http://127.0.0.1:10081' });
      // It has been silent for longer than one that is alive.
      await world.stack.query(`UPDATE gateway SET last_seen_at = now() - interval '11 seconds' WHERE id = $1`, [
        gateway.id,
      ]);
      return () => world.api.call('POST', `${stage}/deploys`);
    },
  },
  SNAPSHOT_UNREADABLE: {
    arrange: rollbackAfter(({ stack }, { deployId }) =>
      stack.query(`UPDATE deployment SET settings = '{"damaged":true}' WHERE id = $1`, [deployId]),
    ),
  },
  ROLLBACK_FAILED: {
    arrange: rollbackAfter((world, { stageId }) => world.raiseOn('INSERT', 'stage_resource', ['stage_id', stageId])),
  },
  DEPLOY_NOT_QUEUED: {
    arrange: async (world) => {
      const { stage, stageId } = await world.stage();
      await world.raiseOn('INSERT', 'deployment', ['stage_id', stageId]);
      return () => world.api.call('POST', `${stage}/deploys`);
    },
  },
  DEPLOYMENT_NOT_FOUND: {
    arrange: async (world) => {
      const { stage } = await world.stage();
      return () => world.api.call('GET', `${stage}/deploys/latest`);
    },
  },
  DEPLOYMENT_PLAN_NOT_FOUND: {
    arrange: async (world) => {
      const { stage } = await world.stage();
      return () => applyPlan(world.api, stage, { planId: 'nope' });
    },
  },
  DEPLOYMENT_PLAN_OUTDATED: {
    arrange: async (world) => {
      const { stage } = await world.stage();
      const plan = await makePlan(world.api, stage);
      await world.api.ok('PUT', stage, { backendEndpointUrl: 'http://127.0.0.1:10081' });
      return () => applyPlan(world.api, stage, plan);
    },
    fields: ['settings'],
  },
  DOCUMENT_NOT_FOUND: {
    arrange: async (world) => {
      const { stage } = await world.stage();
      return () => world.api.call('GET', `${stage}/documents/swagger`);
    },
  },
  DOCUMENT_STAGE_NOT_FOUND: {
    arrange: async (world) => {
      const { stage } = await world.stage();
      return (): Promise<Json> => world.api.call('PUT', `${stage}/documents/publish`, { publishType: 'PUBLIC' });
    },
  },
  DOCUMENT_PLUGIN_FAILED: {
    arrange: async (world) => {
      const { stage, deployId } = await world.deployed();
      await world.stack.query(
        `UPDATE deployment SET settings = replace(settings::text, '"HTTP"', '"FROM_TOMORROW"')::jsonb WHERE id = $1`,
        [deployId],
      );
      return () => world.api.call('GET', `${stage}/documents/swagger`);
    },
    fields: ['GET /items', 'POST /items', 'GET /items/{itemId}'].map((method) => `${method} FROM_TOMORROW`),
  },
} satisfies Record<string, Row>;
