import type { Api, Json } from './api.js';
import { mockDocument } from './documents.js';
import type { Stack } from './stack.js';

/** A service with a stage, and what is made of it in tests of usage plans. */
export interface PlanWorld {
  readonly api: Api;
  readonly serviceId: string;
  readonly stage: Json;
  /** Creates a usage plan and gives its id. */
  createPlan(more?: object): Promise<string>;
  /** Creates a usage plan that is connected to the stage and gives its id. */
  createConnectedPlan(more?: object): Promise<string>;
  /** Creates an API key and gives it back. */
  createKey(more?: object): Promise<Json>;
  /** Connects keys to the stage and gives the subscriptions. */
  connect(usagePlanId: string, apiKeyIdList: string[]): Promise<Json[]>;
  /** Path of the subscriptions of the stage under a plan. */
  subscriptions(usagePlanId: string): string;
}

/** Makes a project with a service and a stage in it. Without a gateway, give the port that requests go to. */
export async function newPlanWorld(stack: Stack, gatewayPort?: number): Promise<PlanWorld> {
  const api = await stack.newProject(gatewayPort);
  const serviceId = await api.createService('shop');
  await api.importSwagger(serviceId, mockDocument());
  const stage = await api.createStage(serviceId, 'http://127.0.0.1:10080');
  const createPlan = async (more: object = {}) => {
    const { usagePlan } = await api.ok('POST', '/usage-plans', { usagePlanName: 'Basic', ...more });
    return usagePlan.usagePlanId as string;
  };
  const subscriptions = (usagePlanId: string) => `/usage-plans/${usagePlanId}/stages/${stage.stageId}/subscriptions`;
  return {
    api,
    serviceId,
    stage,
    createPlan,
    createConnectedPlan: async (more) => {
      const id = await createPlan(more);
      await api.ok('POST', `/usage-plans/${id}/stages/${stage.stageId}`);
      return id;
    },
    createKey: async (more = {}) => {
      const { apiKey } = await api.ok('POST', '/apikeys', { apiKeyName: 'key', apiKeyStatus: 'ACTIVE', ...more });
      return apiKey;
    },
    connect: async (usagePlanId, apiKeyIdList) => {
      const answer = await api.ok('POST', subscriptions(usagePlanId), { apiKeyIdList });
      return answer.apiSubscriptionList;
    },
    subscriptions,
  };
}
