import type { Api, ApiAnswer, Json } from './api.js';

/** All that the management API says of the resources and models of a service. */
export async function readContent(api: Api, serviceId: string): Promise<Json> {
  const service = `/services/${serviceId}`;
  const { resourceList } = await api.ok('GET', `${service}/resources`);
  const described: Json[] = [];
  for (const { resourceId, methodType, methodName } of resourceList) {
    if (methodType === null || methodName === 'CORS') continue;
    const parameters = await api.ok('GET', `${service}/resources/${resourceId}/parameters`);
    const responses = await api.ok('GET', `${service}/resources/${resourceId}/responses`);
    described.push({ resourceId, parameters, responses });
  }
  const { modelList } = await api.ok('GET', `${service}/models?limit=1000`);
  return { resourceList, described, modelList };
}

/** All that the management API says of a stage, but for when it was changed last. */
export async function readStage(api: Api, serviceId: string, stageId: string): Promise<Json> {
  const path = `/services/${serviceId}/stages/${stageId}`;
  const { stage } = await api.ok('GET', path);
  const { updatedAt: _updatedAt, ...lasting } = stage;
  const { stageResourceList } = await api.ok('GET', `${path}/resources`);
  const { stageDeployHistoryList } = await api.ok('GET', `${path}/deploys?limit=1000`);
  const publication = statusAndBody(await api.call('GET', `${path}/documents/publish`));
  const accessLog = await api.ok('GET', `${path}/access-log`);
  const difference = statusAndBody(await api.call('GET', `${path}/diff`));
  return { stage: lasting, stageResourceList, stageDeployHistoryList, publication, accessLog, difference };
}

/** All that the management API says of a service. */
export async function readService(api: Api, serviceId: string): Promise<Json> {
  const path = `/services/${serviceId}`;
  const { apigwService } = await api.ok('GET', path);
  const { gatewayResponseList } = await api.ok('GET', `${path}/gateway-responses`);
  const policies = `${path}/request-restriction-policies`;
  const { requestRestrictionPolicyList } = await api.ok('GET', `${policies}?limit=1000`);
  const keyValues: Json[] = [];
  for (const { requestRestrictionPolicyId: id } of requestRestrictionPolicyList) {
    keyValues.push((await api.ok('GET', `${policies}/${id}/key-values?limit=1000`)).requestRestrictionKeyValueList);
  }
  const { stageList } = await api.ok('GET', `${path}/stages?limit=1000`);
  const stages: Json[] = [];
  for (const { stageId } of stageList) stages.push(await readStage(api, serviceId, stageId));
  const content = await readContent(api, serviceId);
  return { apigwService, gatewayResponseList, requestRestrictionPolicyList, keyValues, stageList, stages, content };
}

/** An answer without its headers, which name the request. */
function statusAndBody({ status, body }: ApiAnswer): ApiAnswer {
  return { status, body };
}
