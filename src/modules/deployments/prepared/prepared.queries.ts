import { type Queries, rowsOf, sqlPart } from '../../../database/index.js';
import type { DeploymentDocuments, DeploymentHashes, NewDeploymentNames } from '../deployments.queries.js';

/** A deployment that was prepared, and the name of its snapshot. */
export type PreparedRow = DeploymentHashes & { readonly id: string };

/** The versions of some rows: where each stands and which transaction wrote it, whatever the order. */
const versionsOf = (alias: string): string =>
  `json_build_array(count(*), sum(hash_record_extended(ROW(${alias}.ctid, ${alias}.xmin), 0)))`;

/**
 * A text that tells all that a deployment of a stage `t` of a service `s` is made of. PostgreSQL writes a changed row to
 * another place or under another transaction, so that nothing changes without changing this, whoever changes it. Triggers
 * write a stage resource anew when one of its plugins changes.
 */
const source = sqlPart(`json_build_array(s.region_code, t.name, t.backend_endpoint_url, t.is_access_log_on,
  t.resource_revision, t.resource_updated_at,
  (SELECT ${versionsOf('r')} FROM stage_resource r WHERE r.stage_id = t.id),
  (SELECT ${versionsOf('r')} FROM resource r WHERE r.service_id = s.id AND r.method_type IS NOT NULL),
  (SELECT ${versionsOf('m')} FROM model m WHERE m.service_id = s.id),
  (SELECT ${versionsOf('g')} FROM gateway_response g WHERE g.service_id = s.id))::text`);

/** What was prepared for a stage by `preparer` from all that is there now; null when that is nothing. */
export async function findPrepared(queries: Queries, stageId: string, preparer: string): Promise<PreparedRow | null> {
  const [row] = await rowsOf<PreparedRow>(queries)`
    SELECT d.id, d.hash, d.settings_hash AS "settingsHash", d.documentation_hash AS "documentationHash"
    FROM prepared_deployment d JOIN stage t ON t.id = d.stage_id JOIN service s ON s.id = t.service_id
    WHERE d.stage_id = ${stageId} AND d.preparer = ${preparer} AND d.source = ${source}`;
  return row ?? null;
}

/** Keeps what a deployment of a stage as it is now would keep, in place of what was prepared before. */
export async function savePrepared(
  queries: Queries,
  stageId: string,
  preparer: string,
  one: PreparedRow & DeploymentDocuments,
): Promise<void> {
  await rowsOf(queries)`
    INSERT INTO prepared_deployment (stage_id, id, preparer, source, hash, snapshot, settings, settings_hash,
      documentation, documentation_hash)
    SELECT t.id, ${one.id}, ${preparer}, ${source}, ${one.hash}, ${one.snapshot}, ${one.settings},
      ${one.settingsHash}, ${one.documentation}, ${one.documentationHash}
    FROM stage t JOIN service s ON s.id = t.service_id WHERE t.id = ${stageId}
    ON CONFLICT (stage_id) DO UPDATE SET id = excluded.id, preparer = excluded.preparer, source = excluded.source,
      hash = excluded.hash, snapshot = excluded.snapshot, settings = excluded.settings,
      settings_hash = excluded.settings_hash, documentation = excluded.documentation,
      documentation_hash = excluded.documentation_hash`;
}

/** Adds a running deployment of what was prepared for its stage, which must have ended after `timeoutMs`. */
export async function insertPreparedDeployment(
  queries: Queries,
  one: NewDeploymentNames,
  timeoutMs: number,
): Promise<void> {
  // The database copies the documents as they lie there, compressed.
  await rowsOf(queries)`
    INSERT INTO deployment (id, project_id, stage_id, status, description, hash, snapshot, settings, settings_hash,
      documentation, documentation_hash, deadline_at)
    SELECT ${one.id}, ${one.projectId}, stage_id, 'DEPLOYING', ${one.description}, hash, snapshot, settings,
      settings_hash, documentation, documentation_hash, now() + ${timeoutMs} * interval '1 millisecond'
    FROM prepared_deployment WHERE stage_id = ${one.stageId}`;
}
