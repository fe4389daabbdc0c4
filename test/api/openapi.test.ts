import { beforeAll, describe, expect, it } from '@jest/globals';
import { errorCatalog, httpStatusOfCode } from '../../src/errors/index.js';
import type { Json } from '../harness/api.js';
import { openApiDocument } from '../harness/declared-errors.js';
import { type Stack, useStack } from '../harness/stack.js';

let stack: Stack;
let document: Json;
let operations: [string, Json][];

beforeAll(async () => {
  stack = await useStack();
  document = await openApiDocument(stack.address.controlUrl);
  operations = Object.entries<Json>(document.paths).flatMap(([path, item]) =>
    Object.entries<Json>(item).map(([method, operation]): [string, Json] => [`${method} ${path}`, operation]),
  );
});

/** Every object schema of the document with its properties. */
function properties(): [string, Json][] {
  return Object.entries<Json>(document.components.schemas).flatMap(([name, schema]) =>
    Object.entries<Json>(schema.properties ?? {}).map(([key, property]): [string, Json] => [
      `${name}.${key}`,
      property,
    ]),
  );
}

describe('the OpenAPI document', () => {
  it('is version 3.1 and names every operation', () => {
    expect(document.openapi).toBe('3.1.0');
    const ids = operations.map(([, operation]): string => operation.operationId);
    // Those of v2.0 that v1.0 has too are told apart by this ending; access.test.ts compares the two.
    expect(ids.filter((id) => !id.endsWith('V2')).toSorted()).toEqual([
      'changeUsagePlan',
      'checkToken',
      'compareDeployments',
      'compareStage',
      'connectApiKeys',
      'connectCustomDomain',
      'connectStageToUsagePlan',
      'createAccessKey',
      'createApiKey',
      'createAppKey',
      'createCustomDomain',
      'createGatewayToken',
      'createModel',
      'createProject',
      'createResourceMethods',
      'createResourceParameters',
      'createResourcePaths',
      'createResourceResponses',
      'createRestrictionKeyValue',
      'createRestrictionPolicy',
      'createService',
      'createStage',
      'createToken',
      'createUsagePlan',
      'createUser',
      'deleteAccessKey',
      'deleteApiKey',
      'deleteAppKey',
      'deleteCustomDomain',
      'deleteDeployment',
      'deleteMember',
      'deleteModel',
      'deleteProject',
      'deleteResource',
      'deleteRestrictionKeyValue',
      'deleteRestrictionPolicy',
      'deleteService',
      'deleteStage',
      'deleteUsagePlan',
      'deleteUser',
      'deployStage',
      'disconnectApiKeys',
      'disconnectCustomDomain',
      'disconnectStageFromUsagePlan',
      'explainRequest',
      'exportApiKeys',
      'exportStage',
      'getAccessKey',
      'getAccessLog',
      'getApiDocument',
      'getApiKey',
      'getApiKeyMetrics',
      'getAppKey',
      'getAuditRecord',
      'getCustomDomain',
      'getDeployment',
      'getDeploymentPlan',
      'getGatewayResponse',
      'getGatewayToken',
      'getLatestDeployment',
      'getMember',
      'getModel',
      'getMyUser',
      'getProject',
      'getPublication',
      'getRecycleBinItem',
      'getResource',
      'getResourceMetrics',
      'getResourceParameters',
      'getResourceResponses',
      'getRestrictionKeyValue',
      'getRestrictionPolicy',
      'getService',
      'getServiceUsage',
      'getStage',
      'getStageHealth',
      'getStageMetrics',
      'getStageOfUsagePlan',
      'getStageResource',
      'getSubscription',
      'getTopServices',
      'getUsagePlan',
      'getUser',
      'importApiKeys',
      'importResources',
      'importStageResources',
      'listAccessKeys',
      'listApiKeys',
      'listAppKeys',
      'listAuditRecords',
      'listConnectableApiKeys',
      'listCustomDomains',
      'listDeployments',
      'listErrorCodes',
      'listGatewayResponses',
      'listGatewayTokens',
      'listInstallationAuditRecords',
      'listMembers',
      'listModels',
      'listProjects',
      'listRecycleBinItems',
      'listResources',
      'listRestrictionKeyValues',
      'listRestrictionPolicies',
      'listServices',
      'listStageResources',
      'listStages',
      'listStagesOfUsagePlan',
      'listSubscriptions',
      'listSubscriptionsOfApiKey',
      'listUsagePlans',
      'listUsagePlansOfStage',
      'listUsers',
      'modifyAccessKey',
      'modifyAccessLog',
      'modifyApiKey',
      'modifyAppKey',
      'modifyModel',
      'modifyProject',
      'modifyPublication',
      'modifyResourceMethod',
      'modifyResourcePath',
      'modifyRestrictionKeyValue',
      'modifyRestrictionPolicy',
      'modifyService',
      'modifyStage',
      'modifyStageResource',
      'modifyUsagePlan',
      'modifyUser',
      'redefineGatewayResponse',
      'regenerateApiKey',
      'resetGatewayResponse',
      'restoreRecycleBinItem',
      'revokeGatewayToken',
      'revokeToken',
      'rollbackStage',
      'setMember',
    ]);
  });

  it('gives every operation a summary, a tag, a 200 answer and its path parameters', () => {
    for (const [name, operation] of operations) {
      expect([name, operation.summary]).toEqual([name, expect.stringMatching(/^[A-Z]/)]);
      expect([name, operation.tags]).toEqual([name, [expect.any(String)]]);
      expect([name, operation.responses['200']?.content]).toEqual([name, expect.anything()]);
      const declared = operation.parameters.filter((one: Json) => one.in === 'path').map((one: Json) => one.name);
      const inPath = [...name.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]);
      expect([name, declared.toSorted()]).toEqual([name, inPath.toSorted()]);
    }
  });

  it('lists the errors of every operation under their HTTP status, with the catalogue texts', () => {
    const messages = new Map<number, string>(Object.values(errorCatalog).map(({ code, en }) => [code, en]));
    for (const [name, operation] of operations) {
      for (const { code, message } of operation['x-error-codes']) {
        expect([name, message]).toEqual([name, messages.get(code)]);
        const { examples } = operation.responses[httpStatusOfCode(code)].content['application/json'];
        const codes = Object.values<Json>(examples).map((example) => example.value.header.resultCode);
        expect([name, codes]).toEqual([name, expect.arrayContaining([code])]);
      }
    }
  });

  it('has an example for every plain field', () => {
    const lacking = properties().filter(
      ([, property]) =>
        property.example === undefined && !('$ref' in property) && !property.allOf && !property.items?.$ref,
    );
    expect(lacking.map(([name]) => name)).toEqual([]);
  });

  it('says integer of every number that is one, and a text of every optional text', () => {
    const types = new Map(properties().map(([name, { type }]) => [name, type]));
    expect([...types].filter(([, type]) => type === 'number').map(([name]) => name)).toEqual([]);
    expect(types.get('PagingAnswer.totalCount')).toBe('integer');
    for (const name of [
      'CreateServiceRequest.apigwServiceDescription',
      'CreateStageRequest.stageName',
      'ModifyStageRequest.stageDescription',
      'DeployStageRequest.deployDescription',
    ]) {
      expect([name, types.get(name)]).toEqual([name, ['string', 'null']]);
    }
    const pages = operations.flatMap(([, { parameters }]) => parameters.filter((one: Json) => one.name === 'page'));
    expect(pages.map(({ schema }) => schema.type)).toEqual(pages.map(() => 'integer'));
  });

  it('lets the bodies be absent that may be absent', () => {
    const optional = operations.filter(([, { requestBody }]) => requestBody?.required === false);
    const names = optional.map(([, { operationId }]): string => operationId);
    expect(names).toEqual(expect.arrayContaining(['deployStage', 'modifyResourcePath']));
  });

  it('refers only to schemas that it has', () => {
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)];
    for (const [, name] of references) expect(Object.keys(document.components.schemas)).toContain(name);
  });

  it('is shown on a page that loads everything from this server', async () => {
    const page = await fetch(`${stack.address.controlUrl}/docs`);
    const html = await page.text();
    expect(page.status).toBe(200);
    expect(html.match(/(?:src|href)="[^"]+"/g)?.filter((link) => /="(?:https?:)?\/\//.test(link))).toEqual([]);
    const script = /src="([^"]*swagger-ui-bundle[^"]*)"/.exec(html)?.[1] ?? '';
    expect((await fetch(new URL(script, `${stack.address.controlUrl}/docs`))).status).toBe(200);
  });
});
