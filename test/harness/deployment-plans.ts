import type { Api, ApiAnswer, CallHeaders, Json } from './api.js';

/** Makes a plan of a deployment of the stage with this path, and gives it. */
export async function makePlan(api: Api, stage: string): Promise<Json> {
  return (await api.ok('POST', `${stage}/deploys?dryRun=true`)).deploymentPlan;
}

/** Asks for a deployment that carries out a plan. */
export function applyPlan(
  api: Api,
  stage: string,
  { planId }: { readonly planId: string },
  headers: CallHeaders = {},
): Promise<ApiAnswer> {
  return api.call('POST', `${stage}/deploys`, { planId }, headers);
}

/** Waits until the latest deployment of a stage has ended, and demands that it is live. */
export async function demandEnded(api: Api, serviceId: string, stageId: string): Promise<void> {
  const { deployStatus, failureReason } = await api.waitForDeployment(serviceId, stageId);
  if (deployStatus !== 'COMPLETE') throw new Error(`The deployment ended as ${deployStatus}: ${failureReason}`);
}
