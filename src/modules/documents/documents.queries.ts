import type { Queries } from '../../database/index.js';
import type { StageRow } from '../stages/index.js';
import type { PublishType } from './documents.rules.js';

/** The publish state of a stage's document; `linkId` null: never published. */
export interface PublicationRow {
  readonly stageId: string;
  readonly isPublic: boolean;
  readonly linkId: string | null;
}

/** The publish state of a stage that has a document; null without one. */
export async function findPublication(
  queries: Queries,
  serviceId: string,
  stageId: string,
): Promise<PublicationRow | null> {
  const row = await queries.stage.findFirst({
    where: { id: stageId, serviceId, liveDeploymentId: { not: null } },
    select: { isDocumentPublic: true, documentLinkId: true },
  });
  return row && { stageId, isPublic: row.isDocumentPublic, linkId: row.documentLinkId };
}

/**
 * Publishes the document of a stage or withdraws it, in one statement: of clients that publish first at once, one makes
 * the link and the others find it. `linkId` is what the link gets when there is none. Null when there is no document.
 */
export async function savePublication(
  queries: Queries,
  { serviceId, stageId }: { readonly serviceId: string; readonly stageId: string },
  publishType: PublishType,
  linkId: string,
): Promise<PublicationRow | null> {
  const isPublic = publishType === 'PUBLIC';
  const newLinkId = isPublic ? linkId : null;
  const [row] = await queries.$queryRaw<PublicationRow[]>`
    UPDATE stage SET is_document_public = ${isPublic},
      document_link_id = COALESCE(document_link_id, ${newLinkId})
    WHERE id = ${stageId} AND service_id = ${serviceId} AND live_deployment_id IS NOT NULL
    RETURNING id AS "stageId", is_document_public AS "isPublic", document_link_id AS "linkId"`;
  return row ?? null;
}

/** A stage as documents name it. */
export type DocumentedStage = Pick<StageRow, 'id' | 'serviceId' | 'name' | 'liveDeploymentId'> & {
  readonly service: { readonly name: string; readonly regionCode: string };
};

/** The stage whose document is public under a link; null when there is none. Strangers ask: no project is known. */
export function findPublicStage(queries: Queries, linkId: string): Promise<DocumentedStage | null> {
  return queries.stage.findFirst({
    where: { documentLinkId: linkId, isDocumentPublic: true },
    select: {
      id: true,
      serviceId: true,
      name: true,
      liveDeploymentId: true,
      service: { select: { name: true, regionCode: true } },
    },
  });
}
