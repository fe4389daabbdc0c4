import type { Api, Json } from './api.js';
import { makePlan } from './deployment-plans.js';
import { httpDocument } from './documents.js';
import { newestItem } from './recycle-bin.js';

/** The id of a thing of a project for every path parameter. */
export type Ids = Readonly<Record<string, string>>;

/** Makes one thing of each kind in a project, its service with the resources of `document`, and gives their ids. */
export async function makeOneOfEach(api: Api, document = httpDocument()): Promise<Ids> {
  const apigwServiceId = await api.createService();
  const service = `/services/${apigwServiceId}`;
  await api.importSwagger(apigwServiceId, document);
  const { stageId } = await api.createStage(apigwServiceId, 'http://127.0.0.1:10080');
  const { deployId } = await api.deploy(apigwServiceId, stageId);
  const { planId } = await makePlan(api, `${service}/stages/${stageId}`);
  const isGet = (one: Json) => one.methodType === 'GET';
  const { resourceId } = (await api.ok('GET', `${service}/resources`)).resourceList.find(isGet);
  const stageResources = (await api.ok('GET', `${service}/stages/${stageId}/resources`)).stageResourceList;
  const { stageResourceId } = stageResources.find(isGet);
  const { modelId } = (await api.ok('POST', `${service}/models`, { modelName: 'Pet', modelSchema: {} })).model;
  return {
    apigwServiceId,
    stageId,
    deployId,
    planId,
    resourceId,
    stageResourceId,
    modelId,
    auditRecordId: (await api.ok('GET', '/audit-records')).auditRecordList[0].auditRecordId,
    ...(await makeSubscription(api, stageId)),
    ...(await makeAdditions(api, service)),
    recycleBinItemId: await makeRecycleBinItem(api, service),
  };
}

async function makeSubscription(api: Api, stageId: string): Promise<Ids> {
  const { apiKeyId } = (await api.ok('POST', '/apikeys', { apiKeyName: 'x', apiKeyStatus: 'ACTIVE' })).apiKey;
  const { usagePlanId } = (await api.ok('POST', '/usage-plans', { usagePlanName: 'x' })).usagePlan;
  const planStage = `/usage-plans/${usagePlanId}/stages/${stageId}`;
  await api.ok('POST', planStage);
  const body = { apiKeyIdList: [apiKeyId] };
  const { apiSubscriptionList } = await api.ok('POST', `${planStage}/subscriptions`, body);
  return { apiKeyId, usagePlanId, subscriptionId: apiSubscriptionList[0].subscriptionId };
}

/** An item that can be restored: a deleted model. */
async function makeRecycleBinItem(api: Api, service: string): Promise<string> {
  const { modelId } = (await api.ok('POST', `${service}/models`, { modelName: 'Deleted', modelSchema: {} })).model;
  await api.ok('DELETE', `${service}/models/${modelId}`);
  return (await newestItem(api, 'MODEL')).recycleBinItemId;
}

async function makeAdditions(api: Api, service: string): Promise<Ids> {
  const redefined = { gatewayResponseType: 'NotFound', httpStatusCode: 404 };
  const made = await api.ok('PUT', `${service}/gateway-responses`, redefined);
  const policies = `${service}/request-restriction-policies`;
  const policy = {
    requestRestrictionPolicyName: 'x',
    requestRestrictionKeyType: 'HEADER',
    requestRestrictionKey: 'X-A',
  };
  const { requestRestrictionPolicyId } = (await api.ok('POST', policies, policy)).requestRestrictionPolicy;
  const value = { requestRestrictionKeyValue: 'a', requestsPerSecond: 1 };
  const values = `${policies}/${requestRestrictionPolicyId}/key-values`;
  const { requestRestrictionKeyValueId } = (await api.ok('POST', values, value)).requestRestrictionKeyValue;
  const domain = { customDomain: `${api.appKey.slice(-12)}.example.com` };
  const { customDomainId } = (await api.ok('POST', '/custom-domains', domain)).customDomain;
  return {
    gatewayResponseId: made.gatewayResponse.gatewayResponseId,
    requestRestrictionPolicyId,
    requestRestrictionKeyValueId,
    customDomainId,
  };
}
