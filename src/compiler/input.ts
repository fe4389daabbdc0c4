import type { RequestParameters } from '../contract/parameters.js';
import type { HttpMethod } from '../contract/plugins/index.js';

/** A plugin of a stage resource, its secrets in the clear. */
export interface CompilerPlugin {
  readonly pluginType: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A path (methodType null) or a method of a stage. */
export interface CompilerResource {
  readonly path: string;
  readonly methodType: HttpMethod | null;
  readonly madeByCors: boolean;
  readonly customBackendEndpointUrl: string | null;
  readonly plugins: readonly CompilerPlugin[];
}

/** A gateway response that the service has redefined; bodies by content type. */
export interface CompilerGatewayResponse {
  readonly type: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: Readonly<Record<string, string>>;
}

/** What the service says of a method; its body names the model by its id. */
export interface CompilerMethod {
  readonly path: string;
  readonly methodType: string;
  readonly parameters: RequestParameters<{ readonly modelId: string }> | null;
}

/** A model of the service. */
export interface CompilerModel {
  readonly id: string;
  readonly name: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** What a snapshot is made of. */
export interface CompilerInput {
  readonly stageId: string;
  readonly serviceId: string;
  readonly regionCode: string;
  readonly stageName: string | null;
  readonly backendEndpointUrl: string;
  readonly resources: readonly CompilerResource[];
  readonly gatewayResponses: readonly CompilerGatewayResponse[];
  /** The service's methods, of which the stage may have other ones. */
  readonly methods: readonly CompilerMethod[];
  readonly models: readonly CompilerModel[];
  readonly accessLog: boolean;
}
