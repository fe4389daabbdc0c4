import * as z from 'zod';
import { resourcePlugins } from '../../contract/plugins/index.js';
import { headerMap, headerValue } from '../../contract/plugins/shared.js';
import { pathFault } from '../../contract/paths.js';
import { snapshotSchema, type SnapshotPath, type SnapshotRoute } from '../../contract/snapshot.js';
import { type Steps } from '../../kernel/steps.js';
import { TemplateError } from '../../contract/templates.js';
import { type GatewayResponseType, gatewayResponseTypes } from '../../errors/index.js';
import { buildChain, NO_PLUGINS } from '../chain.js';
import { buildCors } from '../cors/index.js';
import type { CheckPlace } from '../plugins/step.js';
import { compileBackendUrl, compileTemplate, headerEncoder } from '../rewriting/index.js';
import { routerSteps } from '../router/index.js';
import type { CheckServices } from '../services.js';
import { RouteCounter } from '../usage/counters.js';
import { bodyEncoder } from './body-encoder.js';
import {
  type HeaderTemplates,
  type LoadedBackend,
  type LoadedGatewayResponse,
  LoadedPath,
  type LoadedRoute,
  type LoadedStage,
} from './loaded-stage.js';

/** A snapshot that the gateway does not take; `message` says why. */
export class SnapshotRefused extends Error {}

/** The contract but for the paths, which are checked one by one. */
const frameSchema = snapshotSchema.extend({ paths: z.array(z.custom<object>(isObject, 'a path must be an object')) });
/** A snapshot of which the paths are not checked yet. */
export type Frame = z.output<typeof frameSchema>;

/** Paths that were built, by what they were built of: the objects of a document, which must not change. */
export type BuiltPaths = WeakMap<object, { readonly stageId: string; readonly path: LoadedPath }>;

/**
 * Builds all that serving a snapshot needs, path by path; nothing is parsed or looked up by name per request later.
 * Paths that were built before are taken as they are, and so is how they are found in the stage `before`, when its paths are
 * the same.
 * @throws SnapshotRefused for a snapshot that does not fit the contract or asks for what this gateway cannot do.
 */
export function* loadStage(
  document: unknown,
  services: CheckServices,
  built: BuiltPaths = new WeakMap(),
  before: LoadedStage | null = null,
): Steps<LoadedStage> {
  const frame = readFrame(document);
  try {
    const paths: LoadedPath[] = [];
    for (const [at, path] of frame.paths.entries()) {
      paths.push(builtPath(path, { at, stageId: frame.stageId }, services, built));
      yield;
    }
    return { ...loadFrame(frame), router: yield* routerSteps(paths, before?.router.tree), origins: originsOf(paths) };
  } catch (cause) {
    throw refusalOf(cause);
  }
}

/** Checks all of a snapshot but its paths. @throws SnapshotRefused */
export function readFrame(document: unknown): Frame {
  const frame = frameSchema.safeParse(document);
  if (!frame.success) throw misfit(frame.error);
  return frame.data;
}

/** What kept a stage from being built, as the reason why it is not taken. */
export function refusalOf(cause: unknown): SnapshotRefused {
  if (cause instanceof SnapshotRefused) return cause;
  const reason =
    cause instanceof z.ZodError ? z.prettifyError(cause) : cause instanceof Error ? cause.message : String(cause);
  return new SnapshotRefused(reason, { cause });
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function misfit(error: z.ZodError): SnapshotRefused {
  return new SnapshotRefused(`the snapshot does not fit: ${z.prettifyError(error)}`);
}

/** Builds what does not belong to a path. */
export function loadFrame(snapshot: Frame): Omit<LoadedStage, 'router' | 'origins'> {
  const responses = new Map<GatewayResponseType, LoadedGatewayResponse | null>();
  for (const { type: name, ...response } of snapshot.gatewayResponses) {
    const type = gatewayResponseTypes.find((known) => known === name);
    if (!type) throw new Error(`there is no gateway response ${name}`);
    responses.set(type, loadGatewayResponse(response));
  }
  return {
    stageId: snapshot.stageId,
    counter: new RouteCounter(snapshot.stageId, null, null),
    hasAccessLog: snapshot.accessLog,
    gatewayResponses: responses,
  };
}

function readPath(path: unknown, at: number): SnapshotPath {
  const parsed = snapshotSchema.shape.paths.element.safeParse(path);
  if (parsed.success) return parsed.data;
  throw misfit(new z.ZodError(parsed.error.issues.map((issue) => ({ ...issue, path: ['paths', at, ...issue.path] }))));
}

function originsOf(paths: readonly LoadedPath[]): Set<string> {
  const origins = new Set<string>();
  for (const { routes } of paths) {
    for (const { backend, chain } of routes) {
      for (const origin of chain.origins) origins.add(origin);
      if (backend.type === 'HTTP') origins.add(backend.origin);
    }
  }
  return origins;
}

/** Where a path stands. */
export interface PathPlace {
  readonly at: number;
  readonly stageId: string;
}

/**
 * A path of a snapshot with its routes: the one that was built of this document before, or a new one.
 * @throws Error for one that cannot be served, see {@link refusalOf}
 */
export function builtPath(document: object, place: PathPlace, services: CheckServices, built: BuiltPaths): LoadedPath {
  const known = built.get(document);
  if (known?.stageId === place.stageId) return known.path;
  const path = loadPath(document, place, services);
  if (!known) built.set(document, { stageId: place.stageId, path });
  return path;
}

function loadPath(document: unknown, { at, stageId }: PathPlace, services: CheckServices): LoadedPath {
  const { path, cors, routes } = readPath(document, at);
  const fault = pathFault(path);
  if (fault !== null) throw new Error(`path ${path} ${fault}`);
  const methods = new Set<string>();
  const loaded = routes.map((route): LoadedRoute => {
    const { method, validation = null } = route;
    if (methods.has(method)) throw new Error(`${method} ${path} stands twice`);
    methods.add(method);
    return loadRoute(route, { stageId, path, method, validation }, services);
  });
  return new LoadedPath(path, cors && buildCors(cors), loaded);
}

function loadRoute(route: SnapshotRoute, place: Omit<CheckPlace, 'origin'>, services: CheckServices): LoadedRoute {
  const { method } = route;
  const { stageId, path } = place;
  const counter = new RouteCounter(stageId, path, method);
  try {
    const backend = loadBackend(route.backend, path);
    return { method, backend, chain: buildChain(route.plugins, place, services), counter };
  } catch (error) {
    // A broken template is the setting's fault: its route lets nothing through and says so, the other routes work.
    if (error instanceof TemplateError) return { method, backend: { type: 'BROKEN' }, chain: NO_PLUGINS, counter };
    throw new Error(`${method} ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function loadBackend(backend: SnapshotRoute['backend'], path: string): LoadedBackend {
  if (backend.type === 'HTTP') return compileBackendUrl(backend.baseUrl, backend.path, path);
  const { statusCode, headers, body } = resourcePlugins.MOCK.settings.parse({
    statusCode: backend.statusCode,
    headers: backend.headers,
    body: backend.body,
  });
  return { type: 'MOCK', status: statusCode, headers: loadHeaders(headers), body };
}

function loadHeaders(headers: Record<string, string>): HeaderTemplates {
  return Object.entries(headers).map(([name, text]) => ({ name, value: compileTemplate(text, headerEncoder) }));
}

function loadGatewayResponse(response: {
  status: number;
  headers: Record<string, string>;
  bodies: Record<string, string>;
}): LoadedGatewayResponse | null {
  try {
    const bodies = Object.entries(response.bodies).map(
      ([contentType, text]) =>
        [headerValue.parse(contentType), compileTemplate(text, bodyEncoder(contentType))] as const,
    );
    const headers = headerMap.parse(response.headers);
    return { status: response.status, headers: loadHeaders(headers), bodies: new Map(bodies) };
  } catch (error) {
    if (error instanceof TemplateError) return null;
    throw error;
  }
}
