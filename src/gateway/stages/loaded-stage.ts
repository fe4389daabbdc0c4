import type { GatewayResponseType } from '../../errors/index.js';
import type { PluginChain } from '../chain.js';
import type { Cors } from '../cors/index.js';
import type { BackendUrl, CompiledTemplate } from '../rewriting/index.js';
import type { RoutablePath, Router } from '../router/index.js';
import type { RouteCounter } from '../usage/counters.js';

/** Headers whose values are templates. */
export type HeaderTemplates = readonly { readonly name: string; readonly value: CompiledTemplate }[];

/** A response that the gateway gives by itself. */
export interface MockBackend {
  readonly type: 'MOCK';
  readonly status: number;
  readonly headers: HeaderTemplates;
  readonly body: string;
}

/** Where a route's response comes from; BROKEN has a template that cannot be read. */
export type LoadedBackend = BackendUrl | MockBackend | { readonly type: 'BROKEN' };

export interface LoadedRoute {
  readonly method: string;
  readonly backend: LoadedBackend;
  readonly chain: PluginChain;
  readonly counter: RouteCounter;
}

/** Whether a path that has a method or not serves it; with CORS it serves preflights besides. */
export function servesMethod(hasMethod: boolean, hasCors: boolean, method: string): boolean {
  return hasMethod || (method === 'OPTIONS' && hasCors);
}

/** A path with its routes, one for each method. With CORS it serves OPTIONS too. */
export class LoadedPath implements RoutablePath {
  /** Most paths have no other. Where thousands are called in turn, each object that is looked at has to be fetched from memory. */
  private readonly first: LoadedRoute | undefined;

  constructor(
    readonly path: string,
    readonly cors: Cors | null,
    readonly routes: readonly LoadedRoute[],
  ) {
    this.first = routes[0];
  }

  route(method: string): LoadedRoute | undefined {
    const { first } = this;
    return first?.method === method ? first : this.routes.find((route) => route.method === method);
  }

  serves(method: string): boolean {
    return servesMethod(this.route(method) !== undefined, this.cors !== null, method);
  }
}

/** A gateway response that a service has redefined. */
export interface LoadedGatewayResponse {
  readonly status: number;
  readonly headers: HeaderTemplates;
  /** By content type, in no order that matters. */
  readonly bodies: ReadonlyMap<string, CompiledTemplate>;
}

/** A stage, ready to serve. */
export interface LoadedStage {
  readonly stageId: string;
  /** Of requests that find no route. */
  readonly counter: RouteCounter;
  readonly hasAccessLog: boolean;
  readonly router: Router<LoadedPath>;
  /** Scheme, host and port of all that a route may call, its backend or another. */
  readonly origins: ReadonlySet<string>;
  /** Null for one with a template that cannot be read. */
  readonly gatewayResponses: ReadonlyMap<GatewayResponseType, LoadedGatewayResponse | null>;
}
