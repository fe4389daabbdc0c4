import { resourceKey } from '../../../contract/paths.js';
import type { StageResourceSettings, StageSettings } from '../../stages/index.js';
import { describedMethods, type Documentation } from '../documentation.js';
import type { SnapshotGatewayResponse } from '../stored-deployment.js';

/** Parts of something by their names. */
export type Described = ReadonlyMap<string, unknown>;

/** A resource as comparisons see it; secrets in its settings are in the clear. */
export interface DescribedResource {
  readonly path: string;
  readonly methodType: string | null;
  readonly settings: Described;
}

/** All that makes a deployment different from another one, without ids and dates. */
export interface StageState {
  /** Settings of the stage itself. */
  readonly settings: Described;
  readonly resources: readonly DescribedResource[];
  /** Models and gateway responses of the service. */
  readonly parts: Described;
}

/** What a state is made of: `resources` are those of the settings, their secrets in the clear. */
export interface StateSource {
  readonly settings: Pick<StageSettings, 'backendEndpointUrl' | 'isAccessLogOn'>;
  readonly resources: readonly StageResourceSettings[];
  readonly documentation: Documentation;
  readonly gatewayResponses: readonly SnapshotGatewayResponse[];
  /** Version of the snapshot: gateways get the same stage in another form after an update. */
  readonly formatVersion: number;
}

/** The state that is made of settings, documentation and gateway responses. */
export function stateOf(source: StateSource): StageState {
  const { settings, resources, documentation, gatewayResponses, formatVersion } = source;
  const described = new Map(describedMethods(documentation).map((method) => [resourceKey(method), method]));
  const models = documentation.models.map(
    ({ name, description, schema }) => [`model:${name}`, { description, schema }] as const,
  );
  const responses = gatewayResponses.map(({ type, ...content }) => [`gatewayResponse:${type}`, content] as const);
  return {
    settings: new Map<string, unknown>([
      ['backendEndpointUrl', settings.backendEndpointUrl],
      ['isAccessLogOn', settings.isAccessLogOn],
      ['snapshotFormatVersion', formatVersion],
    ]),
    resources: resources.map((resource) => {
      const { parameters, responses: answers } = described.get(resourceKey(resource)) ?? {};
      return {
        path: resource.path,
        methodType: resource.methodType,
        settings: new Map<string, unknown>([
          ...ownSettings(resource),
          ...(parameters ? [['parameters', parameters] as const] : []),
          ...(answers ? [['responses', answers] as const] : []),
        ]),
      };
    }),
    parts: new Map<string, unknown>([...models, ...responses]),
  };
}

function ownSettings(resource: StageResourceSettings): (readonly [string, unknown])[] {
  const { methodType, methodName, methodDescription, madeByCors, customBackendEndpointUrl } = resource;
  const ofMethod = { methodName, methodDescription, madeByCors };
  return [
    ...(methodType === null ? [] : Object.entries(ofMethod)),
    ['customBackendEndpointUrl', customBackendEndpointUrl],
    ...resource.plugins.map(({ pluginType, config }) => [`plugin:${pluginType}`, config] as const),
  ];
}
