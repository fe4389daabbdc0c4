import type * as z from 'zod';
import type { PluginDefinition, PluginType } from '../../contract/plugins/index.js';
import type { RequestValidation } from '../../contract/snapshot.js';
import type { HeaderList } from '../header-list.js';
import type { RequestContext } from '../request-context.js';
import type { CheckServices } from '../services.js';

/** A request on its way to a backend, which request plugins change. */
export interface BackendRequest {
  /** Path with the escapes it is sent with. */
  readonly path: string;
  /** Query without `?`. */
  query: string;
  readonly headers: HeaderList;
}

/** Changes a request before it goes to the backend. */
export type RequestEdit = (request: BackendRequest, context: RequestContext) => void;
/** Changes the headers of a backend's or MOCK's response before they go to the client. */
export type ResponseEdit = (headers: HeaderList, context: RequestContext) => void;

/**
 * Decides whether a request may go on to its backend: returns, or resolves, when it may.
 * @throws RequestFailed, RequestAnswered when it may not.
 */
export type RequestCheck = (context: RequestContext) => void | Promise<void>;

/** Where a check stands: the route that it guards, and the resource that its setting comes from. */
export interface CheckPlace {
  readonly stageId: string;
  readonly path: string;
  readonly method: string;
  readonly origin: { readonly path: string; readonly method: string | null };
  /** What REQUEST_VALIDATOR demands here; null without it and where there is nothing to demand. */
  readonly validation: RequestValidation | null;
}

/** A plugin that the gateway carries out. `load` checks a setting and gives what is done with every request. */
export type PluginStep =
  | {
      readonly type: PluginType;
      readonly phase: 'check';
      load(config: unknown, place: CheckPlace, services: CheckServices): RequestCheck;
      /** URLs that the check calls. */
      urls(config: unknown): string[];
    }
  | { readonly type: PluginType; readonly phase: 'request'; load(config: unknown): RequestEdit }
  | { readonly type: PluginType; readonly phase: 'response'; load(config: unknown): ResponseEdit };

/** A plugin that lets requests on or refuses them; as {@link requestStep}. `urls` names those that it calls. */
export function checkStep<Settings extends z.ZodType>(
  type: PluginType,
  definition: PluginDefinition<Settings>,
  build: (settings: z.output<Settings>, place: CheckPlace, services: CheckServices) => RequestCheck,
  urls: (settings: z.output<Settings>) => string[] = () => [],
): PluginStep {
  return {
    type,
    phase: 'check',
    load: (config, place, services) => build(definition.settings.parse(config), place, services),
    urls: (config) => urls(definition.settings.parse(config)),
  };
}

/**
 * A plugin of the request. `build` gets settings that fit the definition.
 * `load` throws ZodError for a setting that does not, TemplateError for a template that cannot be read.
 */
export function requestStep<Settings extends z.ZodType>(
  type: PluginType,
  definition: PluginDefinition<Settings>,
  build: (settings: z.output<Settings>) => RequestEdit,
): PluginStep {
  return { type, phase: 'request', load: (config) => build(definition.settings.parse(config)) };
}

/** A plugin of the response; as {@link requestStep}. */
export function responseStep<Settings extends z.ZodType>(
  type: PluginType,
  definition: PluginDefinition<Settings>,
  build: (settings: z.output<Settings>) => ResponseEdit,
): PluginStep {
  return { type, phase: 'response', load: (config) => build(definition.settings.parse(config)) };
}
