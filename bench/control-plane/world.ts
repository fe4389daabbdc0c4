import { randomUUID } from 'node:crypto';
import type { Api } from '../../test/harness/api.js';
import { httpDocument } from '../../test/harness/documents.js';
import { launchStack, type Stack } from '../../test/harness/stack.js';
import { projectIdOf } from '../../test/harness/users.js';
import type { LoadRequest } from './load.js';

const LISTED_SERVICES = 1000;
const STAGES = 10;
/** Stages whose latest deployment is asked for: one for each connection, since equal questions are answered together. */
const DEPLOYED_STAGES = 50;
/** One for each connection: creations of services of one project wait for each other, as the limit of services demands. */
const PROJECTS = 50;
/** Each has ten paths; methods go to them in turn, so that no service becomes unlike any that people have. */
const METHOD_SERVICES = 2000;
const PATHS = 10;
const BACKEND_URL = 'http://127.0.0.1:10080';
const METHOD_TYPES = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD'];

/** Where the measured calls go. */
export interface World {
  readonly appKey: string;
  readonly serviceId: string;
  /** Stages of another service, each with a deployment. */
  readonly deployed: { readonly serviceId: string; readonly stageIds: readonly string[] };
}

/** An operation that is measured: gives a new sequence of requests. */
export type Operation = (world: World) => () => LoadRequest;

/** Makes everything that the measured calls need. */
export async function makeWorld(databaseUrl: string): Promise<World> {
  const stack = await launchStack(databaseUrl, { variables: { MAX_STAGES: '100' } });
  try {
    const api = await stack.newProject();
    const serviceId = await api.createService('measured');
    await api.importSwagger(serviceId, httpDocument());
    for (let at = 0; at < STAGES; at += 1) await api.createStage(serviceId, BACKEND_URL, `s${at}`);
    const deployed = await makeDeployedStages(api);
    await fill(stack, await projectIdOf(stack, api), api.appKey);
    return { appKey: api.appKey, serviceId, deployed };
  } finally {
    await stack.stop();
  }
}

async function makeDeployedStages(api: Api): Promise<World['deployed']> {
  const serviceId = await api.createService('deployed');
  await api.importSwagger(serviceId, httpDocument());
  const stageIds: string[] = [];
  for (let at = 0; at < DEPLOYED_STAGES; at += 1) {
    const { stageId } = await api.createStage(serviceId, BACKEND_URL, `s${at}`);
    const { deployStatus } = await api.deploy(serviceId, stageId);
    if (deployStatus !== 'COMPLETE') throw new Error(`a deployment ended as ${deployStatus}`);
    stageIds.push(stageId);
  }
  return { serviceId, stageIds };
}

async function fill(stack: Stack, projectId: string, appKey: string): Promise<void> {
  const services = `INSERT INTO service (id, project_id, app_key_id, server_group_id, region_code, name, description)
    SELECT $1 || n, a.project_id, a.id, g.id, g.region_code, 'service ' || n, 'A service of many'
    FROM app_key a, server_group g, generate_series(1, $2::int) n WHERE a.value = $3`;
  await stack.query(services, ['listed', LISTED_SERVICES - 1, appKey]);
  await stack.query(`INSERT INTO project (id, name) SELECT 'p' || n, 'other' FROM generate_series(0, $1::int) n`, [
    PROJECTS,
  ]);
  await stack.query(
    `INSERT INTO app_key (id, project_id, value) SELECT 'a' || n, 'p' || n, 'key' || n FROM generate_series(0, $1::int) n`,
    [PROJECTS],
  );
  await stack.query(services, ['m', METHOD_SERVICES, `key${PROJECTS}`]);
  await stack.query(
    `INSERT INTO resource (id, project_id, service_id, path, path_pattern, parent_path)
     SELECT s.id || '-' || n, s.project_id, s.id, CASE n WHEN 0 THEN '/' ELSE '/path' || n END,
       CASE n WHEN 0 THEN '/' ELSE '/path' || n END, CASE n WHEN 0 THEN NULL ELSE '/' END
     FROM service s, generate_series(0, $1::int) n WHERE s.name <> 'measured' AND s.project_id <> $2`,
    [PATHS, projectId],
  );
  await stack.query('VACUUM ANALYZE');
}

const read =
  (path: (world: World) => string): Operation =>
  (world) => {
    const request = { method: 'GET', path: `/v1.0/appkeys/${world.appKey}${path(world)}` } as const;
    return () => request;
  };

/** Each call asks for another service than those around it: equal questions would be answered together. */
function getService({ appKey }: World): () => LoadRequest {
  let at = 0;
  return () => {
    at = (at % (LISTED_SERVICES - 1)) + 1;
    return { method: 'GET', path: `/v1.0/appkeys/${appKey}/services/listed${at}` };
  };
}

function latestDeployment({ appKey, deployed }: World): () => LoadRequest {
  let at = 0;
  return () => {
    at = (at + 1) % DEPLOYED_STAGES;
    const stage = `services/${deployed.serviceId}/stages/${deployed.stageIds[at]}`;
    return { method: 'GET', path: `/v1.0/appkeys/${appKey}/${stage}/deploys/latest` };
  };
}

/** Every write says once which it is, as clients should that may have to repeat it. */
const idempotencyKey = () => ({ 'idempotency-key': randomUUID() });

function createService(): () => LoadRequest {
  let at = 0;
  const body = JSON.stringify({ regionCode: 'KR1', apigwServiceName: 'new', apigwServiceDescription: 'A new service' });
  return () => ({
    method: 'POST',
    path: `/v1.0/appkeys/key${(at += 1) % PROJECTS}/services`,
    body,
    headers: idempotencyKey(),
  });
}

function createMethods(): () => LoadRequest {
  let at = 0;
  return () => {
    const service = `m${(at % METHOD_SERVICES) + 1}`;
    const turn = Math.floor(at / METHOD_SERVICES);
    at += 1;
    const methodType = METHOD_TYPES[Math.floor(turn / PATHS)];
    const mock = { pluginType: 'MOCK', pluginConfigJson: { statusCode: 200, body: 'hello' } };
    const body = { methodList: [{ methodType, methodName: 'New', methodPluginList: [mock] }] };
    return {
      method: 'POST',
      path: `/v1.0/appkeys/key${PROJECTS}/services/${service}/resources/${service}-${(turn % PATHS) + 1}/methods`,
      body: JSON.stringify(body),
      headers: idempotencyKey(),
    };
  };
}

/** The operations that are measured, by their names. */
export const operations: Readonly<Record<string, Operation>> = {
  'get service': getService,
  'list 10 services': read(() => '/services?limit=10'),
  'list 1,000 services': read(() => '/services?limit=1000'),
  'list stages': read(({ serviceId }) => `/services/${serviceId}/stages`),
  'latest deployment': latestDeployment,
  'create service': createService,
  'create method': createMethods,
};
