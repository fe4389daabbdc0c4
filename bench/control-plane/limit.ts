/*
 * The limit: the statements that the operations need, prepared, by pg, behind node:http and nothing else. No check, no
 * audit, no Idempotency-Key.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import pg from 'pg';
import { newId } from '../../src/kernel/ids.js';
import { httpPlugin, presentDeployment, presentResource, presentService, presentStage, type Row } from './answers.js';

const { DATABASE_URL = '', PORT = '0', HOST = '127.0.0.1' } = process.env;
const POOL_SIZE = 20;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: POOL_SIZE });
type Queryable = Pick<pg.PoolClient, 'query'>;

/** Runs a statement that is prepared under its name once per connection. */
async function run(client: Queryable, name: string, text: string, values: unknown[]): Promise<Row[]> {
  return (await client.query<Row>({ name, text, values })).rows;
}

async function tenantOf(appKey: string): Promise<Row> {
  const text = `SELECT id, project_id FROM app_key
    WHERE value = $1 AND NOT disabled AND (expires_at IS NULL OR expires_at > now())`;
  const [tenant] = await run(pool, 'app key', text, [appKey]);
  if (!tenant) throw new Error('no such appKey');
  return tenant;
}

const SERVICE = 'SELECT s.*, a.value AS app_key FROM service s JOIN app_key a ON a.id = s.app_key_id';

async function getService({ project_id: projectId }: Row, [serviceId]: string[]): Promise<object> {
  const text = `${SERVICE} WHERE s.id = $1 AND s.project_id = $2`;
  const [row] = await run(pool, 'service', text, [serviceId, projectId]);
  return { apigwService: presentService(row ?? {}) };
}

async function listServices({ project_id: projectId }: Row, _ids: string[], query: URLSearchParams): Promise<object> {
  const limit = Number(query.get('limit') ?? 10);
  const page = `${SERVICE} WHERE s.project_id = $1 ORDER BY s.created_at, s.id LIMIT $2 OFFSET 0`;
  const [rows, [count]] = await Promise.all([
    run(pool, 'services', page, [projectId, limit]),
    run(pool, 'count services', 'SELECT count(*)::int AS count FROM service WHERE project_id = $1', [projectId]),
  ]);
  return { paging: { limit, page: 1, totalCount: count?.['count'] }, apigwServiceList: rows.map(presentService) };
}

async function listStages({ project_id: projectId }: Row, [serviceId]: string[]): Promise<object> {
  const page = `SELECT t.*, s.region_code, coalesce((SELECT json_agg(h ORDER BY h.created_at) FROM stage_host h
      WHERE h.stage_id = t.id AND h.custom_domain_id IS NOT NULL), '[]') AS hosts
    FROM stage t JOIN service s ON s.id = t.service_id WHERE t.service_id = $1 AND s.project_id = $2
    ORDER BY t.created_at, t.id LIMIT 10`;
  const [rows, [count]] = await Promise.all([
    run(pool, 'stages', page, [serviceId, projectId]),
    run(pool, 'count stages', 'SELECT count(*)::int AS count FROM stage WHERE service_id = $1', [serviceId]),
  ]);
  return { paging: { limit: 10, page: 1, totalCount: count?.['count'] }, stageList: rows.map(presentStage) };
}

async function latestDeployment({ project_id: projectId }: Row, [serviceId, stageId]: string[]): Promise<object> {
  const text = `SELECT d.id, d.stage_id, d.status, d.failure_reason, d.description, d.settings, d.deployed_at,
      d.finished_at, d.rollback_at, t.base_deployment_id, t.live_deployment_id
    FROM deployment d JOIN stage t ON t.id = d.stage_id JOIN service s ON s.id = t.service_id
    WHERE d.stage_id = $1 AND t.service_id = $2 AND s.project_id = $3 ORDER BY d.deployed_at DESC, d.id DESC LIMIT 1`;
  const [row] = await run(pool, 'latest deployment', text, [stageId, serviceId, projectId]);
  return { latestStageDeployResult: presentDeployment(row ?? {}) };
}

async function inTransaction<T>(work: (client: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } finally {
    client.release();
  }
}

function createService(tenant: Row, _ids: string[], body: Row): Promise<object> {
  const { id: appKeyId, project_id: projectId } = tenant;
  return inTransaction(async (client) => {
    await run(client, 'lock project', 'SELECT id FROM project WHERE id = $1 FOR UPDATE', [projectId]);
    await run(client, 'count services', 'SELECT count(*)::int AS count FROM service WHERE project_id = $1', [
      projectId,
    ]);
    const text = `WITH s AS (
        INSERT INTO service (id, project_id, app_key_id, server_group_id, region_code, name, description)
        SELECT $1, $2, $3, g.id, g.region_code, $4, $5 FROM server_group g WHERE g.region_code = $6 RETURNING *),
      r AS (INSERT INTO resource (id, project_id, service_id, path, path_pattern)
        SELECT $7, s.project_id, s.id, '/', '/' FROM s)
      SELECT s.*, a.value AS app_key FROM s JOIN app_key a ON a.id = s.app_key_id`;
    const { apigwServiceName: name, apigwServiceDescription: description, regionCode } = body;
    const values = [newId(), projectId, appKeyId, name, description, regionCode, newId()];
    const [row] = await run(client, 'insert service', text, values);
    return { apigwService: presentService(row ?? {}) };
  });
}

function createMethods({ project_id: projectId }: Row, [serviceId, resourceId]: string[], body: Row): Promise<object> {
  const [method] = body['methodList'] as Row[];
  return inTransaction(async (client) => {
    const lock = 'SELECT id FROM service WHERE id = $1 AND project_id = $2 FOR UPDATE';
    await run(client, 'lock service', lock, [serviceId, projectId]);
    const tree = `SELECT r.*, coalesce((SELECT json_agg(p) FROM resource_plugin p WHERE p.resource_id = r.id), '[]')
      AS plugins FROM resource r WHERE r.service_id = $1`;
    const rows = await run(client, 'tree', tree, [serviceId]);
    const path = rows.find(({ id }) => id === resourceId)?.['path'];
    const text = `WITH r AS (
        INSERT INTO resource (id, project_id, service_id, path, path_pattern, parent_path, method_type, method_name)
        VALUES ($1, $2, $3, $4, $4, $4, $5, $6) RETURNING *),
      p AS (INSERT INTO resource_plugin (id, resource_id, plugin_type, config) SELECT $7, r.id, $8, $9 FROM r RETURNING *),
      v AS (UPDATE service SET resource_revision = resource_revision + 1 WHERE id = $3)
      SELECT r.*, json_build_array(p.*) AS plugins FROM r, p`;
    const plugin = httpPlugin(method);
    const { methodType, methodName } = method ?? {};
    const values = [newId(), projectId, serviceId, path, methodType, methodName, newId(), plugin.type, plugin.config];
    const made = await run(client, 'insert method', text, values);
    return { resourceList: made.map(presentResource) };
  });
}

type Handler = (tenant: Row, ids: string[], input: never) => Promise<object>;

const SERVICES = String.raw`^/v1\.0/appkeys/([^/]+)/services`;
const routes: readonly (readonly [method: string, url: RegExp, handler: Handler])[] = [
  ['GET', new RegExp(`${SERVICES}$`), listServices],
  ['GET', new RegExp(`${SERVICES}/([^/]+)$`), getService],
  ['GET', new RegExp(`${SERVICES}/([^/]+)/stages$`), listStages],
  ['GET', new RegExp(`${SERVICES}/([^/]+)/stages/([^/]+)/deploys/latest$`), latestDeployment],
  ['POST', new RegExp(`${SERVICES}$`), createService],
  ['POST', new RegExp(`${SERVICES}/([^/]+)/resources/([^/]+)/methods$`), createMethods],
];

async function readJson(request: IncomingMessage): Promise<Row> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Row;
}

async function answer(request: IncomingMessage): Promise<object> {
  const [path = '', query] = (request.url ?? '').split('?', 2);
  if (path === '/health/ready') return {};
  for (const [method, url, handler] of routes) {
    const [, appKey = '', ...ids] = (method === request.method && url.exec(path)) || [];
    if (appKey === '') continue;
    const input = method === 'GET' ? new URLSearchParams(query) : await readJson(request);
    const fields = await handler(await tenantOf(appKey), ids, input as never);
    return { header: { isSuccessful: true, resultCode: 0, resultMessage: 'SUCCESS' }, ...fields };
  }
  throw new Error(`no route for ${request.method} ${path}`);
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, headers).end(text);
}

createServer((request, response) => {
  answer(request).then(
    (body) => send(response, 200, body),
    (error: unknown) => send(response, 500, { message: String(error) }),
  );
}).listen(Number(PORT), HOST);
