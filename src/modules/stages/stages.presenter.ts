import type { SecretBox } from '../../kernel/secret-box.js';
import { mapInSlices } from '../../kernel/steps.js';
import { openConfig, type StageResourceSettings } from './stage-settings.js';
import type { StageAnswer, StageDomainAnswer, StageResourceAnswer } from './stages.dto.js';
import type { StageRow } from './stages.queries.js';
import { stageHostName } from './stages.rules.js';

/** A stage as clients see it. */
export function presentStage(stage: StageRow, regionCode: string, stageDomain: string): StageAnswer {
  const { serviceId, name: stageName } = stage;
  return {
    stageId: stage.id,
    apigwServiceId: serviceId,
    regionCode,
    stageName,
    stageDescription: stage.description,
    stageUrl: stageHostName({ regionCode, serviceId, stageName }, stageDomain),
    stageCustomUrl: stage.hosts[0]?.hostName ?? '',
    stageCustomDomainList: presentStageDomains(stage),
    stageAliasDomainList: [],
    backendEndpointUrl: stage.backendEndpointUrl,
    resourceUpdatedAt: stage.resourceUpdatedAt,
    createdAt: stage.createdAt,
    updatedAt: stage.updatedAt,
  };
}

/** The connected custom domains of a stage that was read `withDomains`, as clients see them. */
export function presentStageDomains({ hosts }: Pick<StageRow, 'hosts'>): StageDomainAnswer[] {
  return hosts.map(({ hostName, createdAt }) => ({ customDomain: hostName, createdAt }));
}

/** Stage resources as clients see them, secrets in the clear. */
export function presentStageResources(
  resources: readonly StageResourceSettings[],
  stageId: string,
  box: SecretBox,
): Promise<StageResourceAnswer[]> {
  return mapInSlices(resources, (resource) => presentStageResource(resource, stageId, box));
}

/** A stage resource as clients see it, secrets in the clear. */
export function presentStageResource(
  resource: StageResourceSettings,
  stageId: string,
  box: SecretBox,
): StageResourceAnswer {
  return {
    stageResourceId: resource.id,
    stageId,
    path: resource.path,
    parentPath: resource.parentPath,
    methodType: resource.methodType,
    methodName: resource.methodName,
    methodDescription: resource.methodDescription,
    customBackendEndpointUrl: resource.customBackendEndpointUrl,
    createdAt: resource.createdAt,
    updatedAt: resource.updatedAt,
    stageResourcePluginList: resource.plugins.map((plugin) => ({
      stageResourcePluginId: plugin.id,
      stageResourceId: resource.id,
      pluginType: plugin.pluginType,
      pluginConfigJson: openConfig(plugin, box),
      createdAt: plugin.createdAt,
      updatedAt: plugin.updatedAt,
    })),
  };
}
