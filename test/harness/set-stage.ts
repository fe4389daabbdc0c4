import type { Api } from './api.js';
import type { Stack } from './stack.js';

/** A stage that was not deployed, in a project of its own, with the paths of what tests call. */
export interface SetStage {
  readonly api: Api;
  readonly serviceId: string;
  readonly service: string;
  readonly stageId: string;
  readonly stage: string;
  readonly deploys: string;
}

/** Imports a document into a new service and makes a stage of it. */
export async function newSetStage(stack: Stack, document: object, backendUrl: string): Promise<SetStage> {
  const api = await stack.newProject();
  const serviceId = await api.createService();
  const service = `/services/${serviceId}`;
  await api.importSwagger(serviceId, document);
  const { stageId } = await api.createStage(serviceId, backendUrl);
  const stage = `${service}/stages/${stageId}`;
  return { api, serviceId, service, stageId, stage, deploys: `${stage}/deploys` };
}
