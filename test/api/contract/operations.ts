import { listsOf, type Shape } from './shape.js';

/*
 * The operations of the published guide with the shapes of their answers, field by field. `null` beside a type is where
 * the guide's example has null or the design says that it may be. + marks what this product adds.
 */
const text = 'string';
const number = 'number';
const truth = 'boolean';
const free = 'object';
const textOrNull = 'string|null';
const numberOrNull = 'number|null';

const header = { isSuccessful: truth, resultCode: number, resultMessage: text };
const paging = { limit: number, page: number, totalCount: number };
const dates = { createdAt: text, updatedAt: text };
const plain = { header };

const service = {
  apigwServiceId: text,
  apigwServiceAlias: text,
  apigwServiceName: text,
  apigwServiceDescription: text,
  apigwDomain: text,
  appKey: text,
  regionCode: text,
  serverGroupId: text,
  dedicatedId: 'null',
  apigwServiceTypeCode: text,
  ...dates,
};
const oneService = { header, apigwService: service };

const names = { methodType: textOrNull, methodName: textOrNull, methodDescription: textOrNull };
const plugin = { pluginType: text, pluginConfigJson: free, ...dates };
const resource = {
  resourceId: text,
  apigwServiceId: text,
  path: text,
  parentPath: textOrNull,
  ...names,
  ...dates,
  resourcePluginList: [{ resourcePluginId: text, resourceId: text, ...plugin }],
};
const resourceList = { header, resourceList: [resource] };

const describedName = { name: text, description: text, dataType: text };
const argument = { ...describedName, required: truth, isArray: truth };
const body = { name: textOrNull, description: textOrNull, modelId: textOrNull };
const parameters = {
  header,
  queryStringList: [argument],
  headerList: [{ ...argument, isArray: 'boolean|null' }],
  formDataList: [argument],
  requestBody: body,
  contentTypeList: [text],
};
const responses = {
  header,
  responseList: [{ responseStatusCode: number, description: text, headerList: [describedName], responseBody: body }],
  contentTypeList: [text],
};

const model = {
  modelId: text,
  apigwServiceId: text,
  modelName: text,
  modelDescription: text,
  modelSchema: free,
  ...dates,
};

const customDomain = { customDomain: text, createdAt: text };
const stage = {
  stageId: text,
  apigwServiceId: text,
  regionCode: text,
  stageName: textOrNull,
  stageDescription: text,
  stageUrl: text,
  '+stageCustomUrl': text,
  stageCustomDomainList: [customDomain],
  '+stageAliasDomainList': [],
  backendEndpointUrl: text,
  resourceUpdatedAt: text,
  ...dates,
};
const oneStage = { header, stage };
const stageResource = {
  stageResourceId: text,
  stageId: text,
  path: text,
  parentPath: textOrNull,
  ...names,
  ...dates,
  stageResourcePluginList: [{ stageResourcePluginId: text, stageResourceId: text, ...plugin }],
};
const stageResourceList = { header, stageResourceList: [{ ...stageResource, customBackendEndpointUrl: textOrNull }] };

const deployment = {
  deployId: text,
  stageId: text,
  deployedAt: text,
  deployDescription: text,
  isBase: truth,
  rollbackAt: textOrNull,
  '+isLive': truth,
  '+finishedAt': textOrNull,
  '+failureReason': textOrNull,
};
const rolledBack = {
  ...stageResource,
  resourceMethod: truth,
  resourcePath: truth,
  pathKey: text,
  rootPath: truth,
  customEndpointUrl: textOrNull,
  '+customBackendEndpointUrl': textOrNull,
};

const gatewayResponse = {
  gatewayResponseId: text,
  gatewayResponseType: text,
  httpStatusCode: number,
  headers: { '*': text },
  body: { '*': text },
  ...dates,
};

const document = {
  swagger: text,
  info: { version: text, title: text },
  host: text,
  schemes: [text],
  paths: { '*': free },
  securityDefinitions: { '*': { type: text, name: text, in: text } },
  definitions: { '*': free },
};

const apiKey = {
  appKey: text,
  apiKeyId: text,
  apiKeyName: text,
  apiKeyDescription: text,
  primaryApiKey: text,
  secondaryApiKey: text,
  apiKeyStatus: text,
  ...dates,
};
const oneApiKey = { header, apiKey };
const apiKeyList = { header, paging, apiKeyList: [apiKey] };

const planLimits = {
  rateLimitRequestPerSecond: numberOrNull,
  quotaLimitPeriodUnitCode: textOrNull,
  quotaLimit: numberOrNull,
};
const planNames = { usagePlanId: text, usagePlanName: text, usagePlanDescription: text };
const usagePlan = { appKey: text, ...planNames, ...planLimits, ...dates };
const oneUsagePlan = { header, usagePlan };
const usagePlanList = { header, paging, usagePlanList: [usagePlan] };
const stageNames = {
  stageId: text,
  stageName: textOrNull,
  stageUrl: text,
  stageCustomDomainList: [customDomain],
};
const planStage = {
  regionCode: text,
  apigwServiceId: text,
  apigwServiceName: text,
  ...stageNames,
  usagePlanId: text,
  usagePlanName: text,
};

const subscription = {
  subscriptionId: text,
  subscriptionStatus: text,
  subscriptionDescription: 'null',
  stageId: text,
  usagePlanId: text,
  apiKeyId: text,
  apiKeyName: text,
  ...dates,
};
const subscribedStage = {
  subscriptionId: text,
  subscriptionStatus: text,
  apiKeyId: text,
  apigwServiceName: text,
  ...stageNames,
  ...planNames,
  ...planLimits,
};

const statusCounts = {
  status2xxCount: number,
  status3xxCount: number,
  status4xxCount: number,
  status5xxCount: number,
  statusEtcCount: number,
  avgResponseTimeMs: number,
  networkOutboundByte: number,
};
const routeMetrics = {
  uriPattern: text,
  httpMethodType: text,
  successCount: number,
  failCount: number,
  ...statusCounts,
};
const keyMetrics = {
  stageName: textOrNull,
  stageUrl: text,
  stageCustomDomainList: [customDomain],
  apiKeyMetricsTimeSeries: { callCount: [{ dateTime: number, count: number }] },
};
const topService = {
  rank: number,
  apigwServiceId: text,
  apigwServiceName: text,
  callCount: number,
  failCallCount: number,
  successCallCount: number,
  ...statusCounts,
};

/** An operation: its method, its path below the appKey, and the shape of its answer. */
export type ContractOperation = readonly [method: string, path: string, answer: Shape];

const ONE_SERVICE = '/services/{apigwServiceId}';
const ONE_RESOURCE = `${ONE_SERVICE}/resources/{resourceId}`;
const ONE_STAGE = `${ONE_SERVICE}/stages/{stageId}`;
const ONE_DEPLOYMENT = `${ONE_STAGE}/deploys/{deployId}`;
const ONE_KEY = '/apikeys/{apiKeyId}';
const ONE_PLAN = '/usage-plans/{usagePlanId}';
const PLAN_STAGE = `${ONE_PLAN}/stages/{stageId}`;

/** The 60 operations of the contract, in its order. */
export const contractOperations = {
  listServices: ['GET', '/services', { header, paging, apigwServiceList: [service] }],
  getService: ['GET', ONE_SERVICE, oneService],
  createService: ['POST', '/services', oneService],
  modifyService: ['PUT', ONE_SERVICE, oneService],
  deleteService: ['DELETE', ONE_SERVICE, plain],
  listResources: ['GET', `${ONE_SERVICE}/resources`, resourceList],
  createPaths: ['POST', `${ONE_SERVICE}/resources`, resourceList],
  createMethods: ['POST', `${ONE_RESOURCE}/methods`, resourceList],
  modifyPath: ['PUT', `${ONE_SERVICE}/resource-paths/{resourceId}`, resourceList],
  modifyMethod: ['PUT', `${ONE_SERVICE}/resource-methods/{resourceId}`, resourceList],
  deleteResource: ['DELETE', ONE_RESOURCE, plain],
  importResources: ['POST', `${ONE_SERVICE}/resources/import`, { header, '+importReport': free }],
  getParameters: ['GET', `${ONE_RESOURCE}/parameters`, parameters],
  createParameters: ['POST', `${ONE_RESOURCE}/parameters`, plain],
  getResponses: ['GET', `${ONE_RESOURCE}/responses`, responses],
  createResponses: ['POST', `${ONE_RESOURCE}/responses`, plain],
  listModels: ['GET', `${ONE_SERVICE}/models`, { header, paging, modelList: [model] }],
  createModel: ['POST', `${ONE_SERVICE}/models`, { header, model }],
  modifyModel: ['PUT', `${ONE_SERVICE}/models/{modelId}`, { header, model }],
  deleteModel: ['DELETE', `${ONE_SERVICE}/models/{modelId}`, plain],
  listStages: ['GET', `${ONE_SERVICE}/stages`, { header, paging, stageList: [stage] }],
  exportStage: ['GET', `${ONE_STAGE}/swagger`, { header, swaggerData: free }],
  createStage: ['POST', `${ONE_SERVICE}/stages`, oneStage],
  modifyStage: ['PUT', ONE_STAGE, oneStage],
  deleteStage: ['DELETE', ONE_STAGE, plain],
  listStageResources: ['GET', `${ONE_STAGE}/resources`, stageResourceList],
  importStageResources: ['PUT', `${ONE_STAGE}/resources`, stageResourceList],
  modifyStageResource: ['PUT', `${ONE_STAGE}/resources/{stageResourceId}`, stageResourceList],
  deployStage: ['POST', `${ONE_STAGE}/deploys`, { header, '+deployId': text }],
  latestDeployment: [
    'GET',
    `${ONE_STAGE}/deploys/latest`,
    {
      header,
      latestStageDeployResult: {
        ...deployment,
        deployStatus: text,
        stageResourceList: stageResourceList.stageResourceList,
      },
    },
  ],
  deleteDeployment: ['DELETE', ONE_DEPLOYMENT, plain],
  listDeployments: [
    'GET',
    `${ONE_STAGE}/deploys`,
    { header, paging, stageDeployHistoryList: [{ ...deployment, '+deployStatus': text }] },
  ],
  rollbackStage: ['POST', `${ONE_DEPLOYMENT}/rollback`, { header, stageResourceList: [rolledBack] }],
  listGatewayResponses: ['GET', `${ONE_SERVICE}/gateway-responses`, { header, gatewayResponseList: [gatewayResponse] }],
  redefineGatewayResponse: ['PUT', `${ONE_SERVICE}/gateway-responses`, { header, gatewayResponse }],
  resetGatewayResponse: ['DELETE', `${ONE_SERVICE}/gateway-responses/{gatewayResponseId}`, plain],
  getDocument: ['GET', `${ONE_STAGE}/documents/swagger`, document],
  listApiKeys: ['GET', '/apikeys', apiKeyList],
  createApiKey: ['POST', '/apikeys', oneApiKey],
  modifyApiKey: ['PUT', ONE_KEY, oneApiKey],
  deleteApiKey: ['DELETE', ONE_KEY, plain],
  regenerateApiKey: ['POST', `${ONE_KEY}/regenerate`, oneApiKey],
  listConnectableApiKeys: ['GET', '/stages/{stageId}/apikeys/connectable', apiKeyList],
  listUsagePlans: ['GET', '/usage-plans', usagePlanList],
  getUsagePlan: ['GET', ONE_PLAN, oneUsagePlan],
  createUsagePlan: ['POST', '/usage-plans', oneUsagePlan],
  modifyUsagePlan: ['PUT', ONE_PLAN, oneUsagePlan],
  deleteUsagePlan: ['DELETE', ONE_PLAN, plain],
  listStagesOfPlan: ['GET', `${ONE_PLAN}/stages`, { header, paging, usagePlanStageList: [planStage] }],
  connectStage: ['POST', PLAN_STAGE, plain],
  disconnectStage: ['DELETE', PLAN_STAGE, plain],
  listPlansOfStage: ['GET', '/usage-plans/stages/{stageId}', usagePlanList],
  listSubscriptionsOfKey: [
    'GET',
    `${ONE_KEY}/subscriptions`,
    { header, paging, subscribedStageAndUsagePlanList: [subscribedStage] },
  ],
  listSubscriptions: ['GET', `${PLAN_STAGE}/subscriptions`, { header, paging, apiSubscriptionList: [subscription] }],
  subscribe: ['POST', `${PLAN_STAGE}/subscriptions`, { header, apiSubscriptionList: [subscription] }],
  unsubscribe: ['DELETE', `${PLAN_STAGE}/subscriptions`, plain],
  changePlan: ['POST', `${PLAN_STAGE}/subscriptions/{subscriptionId}/change-usage-plan`, plain],
  metricsOfStage: [
    'GET',
    `${ONE_STAGE}/metrics`,
    { header, paging, data: [routeMetrics], metricsLatestUpdatedAt: textOrNull },
  ],
  metricsOfKey: [
    'GET',
    `${ONE_KEY}/metrics`,
    { header, data: { '*': keyMetrics }, metricsLatestUpdatedAt: textOrNull, timeUnit: text },
  ],
  topServices: ['GET', '/metrics/top-services', { header, data: [topService], metricsLatestUpdatedAt: textOrNull }],
} as const satisfies Record<string, ContractOperation>;

export type ContractOperationName = keyof typeof contractOperations;

/** Lists that have no entry yet when they are answered. */
const EMPTY = new Set(['createStage .stage.stageCustomDomainList']);

/** The lists that the answers of the contract can have entries in, as `operation .path`. */
export function contractLists(): string[] {
  const lists = Object.entries(contractOperations).flatMap(([name, [, , answer]]) =>
    listsOf(answer).map((path) => `${name} ${path}`),
  );
  return lists.filter((list) => !EMPTY.has(list));
}
