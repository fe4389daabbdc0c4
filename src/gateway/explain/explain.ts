import * as z from 'zod';
import type { AccessPage } from '../../contract/access.js';
import { stagePlugins } from '../../contract/plugins/index.js';
import { mapSnapshotSecrets } from '../../contract/snapshot-secrets.js';
import { type Snapshot, type SnapshotPath, type SnapshotRoute, snapshotSchema } from '../../contract/snapshot.js';
import { gatewayFailures } from '../../errors/index.js';
import { runAtOnce } from '../../kernel/steps.js';
import { failureMessage } from '../failures/index.js';
import { findHeader } from '../headers.js';
import type { Log } from '../log.js';
import { API_KEY_HEADER } from '../plugins/api-key.js';
import { loadStage, SnapshotRefused, stageTable } from '../stages/index.js';
import type { DescribedRequest } from './described-exchange.js';
import type { ExplainedPlugin, Explanation } from './explanation.js';
import { hintFor } from './hints.js';
import type { KeptSchemas } from './kept-schemas.js';
import { type NarrowedSnapshot, narrowSnapshot } from './narrow.js';
import { type DescribedEnd, runDescribed } from './run.js';
import { Trace } from './trace.js';
import { type UsedOfQuota, UntouchedServices } from './untouched-services.js';

/** What the checks of a request will ask the access document for. */
export interface AccessNeeds {
  /** Value of the API key that the request shows, Latin-1; null: nobody asks for it. */
  readonly apiKey: string | null;
  readonly policyIds: readonly string[];
  /** Values of the request that policies may speak of. */
  readonly values: readonly string[];
}

/** As much of the access document as a request needs, as a whole document. */
export interface AccessKnowledge {
  readonly page: AccessPage;
  readonly usedOfQuota: UsedOfQuota;
  /** Why the key is not good for the stage; null when it is, or when there is no more to say. */
  readonly keyHint: string | null;
}

/** What serves a request, and what it is asked of. */
export interface ExplainSource {
  /** Snapshot with sealed secrets; null when nothing is served. */
  readonly document: unknown;
  /** Host names of the stage. */
  readonly hosts: readonly string[];
  /** Kept from one explanation to the next. */
  readonly bodySchemas: KeptSchemas;
  openSecret(sealed: string): string;
  readAccess(needs: AccessNeeds): Promise<AccessKnowledge>;
}

/** The path and the method that a request is served by. */
interface FoundRoute {
  readonly path: SnapshotPath;
  readonly route: SnapshotRoute | null;
}

/**
 * Tells what a gateway would do with a request, by having the gateway's own code do it on a request that nobody has
 * sent: no backend and nobody else is called, nothing is counted. Limits per second are taken to be unused.
 * @throws SnapshotRefused for a snapshot that no gateway would take; what the source throws.
 */
export async function explain(source: ExplainSource, request: DescribedRequest, log: Log): Promise<Explanation> {
  const narrowed = source.document === null ? null : await narrowSnapshot(source.document, request);
  const snapshot = narrowed && openSnapshot(narrowed.snapshot, source);
  const found = narrowed && snapshot && findRoute(narrowed, snapshot, request);
  const knowledge = await source.readAccess(needsOf(found, narrowed, request));
  const services = new UntouchedServices(knowledge.page, knowledge.usedOfQuota, source.bodySchemas);
  const trace = new Trace(services);
  const loaded = snapshot && runAtOnce(loadStage(snapshot, services));
  const stage = loaded && found?.route ? trace.watch(loaded, found.path.path, found.route) : loaded;
  const end = await runDescribed(request, stageTable(stage ? [{ hosts: source.hosts, stage }] : []), log);
  const outcome = outcomeOf(end, found);
  const hint = end.failure && hintFor(end.failure.failure, { source, narrowed, end, keyHint: knowledge.keyHint });
  return {
    route: routeOf(end),
    plugins: found ? pluginsOf(found, trace, outcome) : [],
    apiKeyId: end.context.keyCounter?.apiKeyId ?? null,
    quota: services.quota,
    outcome,
    backend: end.backend,
    answer: end.answer,
    failure: end.failure && {
      key: end.failure.failure,
      code: gatewayFailures[end.failure.failure].code,
      message: failureMessage(end.failure),
      hint,
    },
  };
}

function openSnapshot(snapshot: unknown, source: ExplainSource): Snapshot {
  const parsed = snapshotSchema.safeParse(snapshot);
  if (!parsed.success) throw new SnapshotRefused(z.prettifyError(parsed.error), { cause: parsed.error });
  return mapSnapshotSecrets(parsed.data, (sealed) => source.openSecret(sealed));
}

function findRoute({ match }: NarrowedSnapshot, { paths }: Snapshot, request: DescribedRequest): FoundRoute | null {
  const path = paths.find((one) => one.path === match?.path.path);
  return path ? { path, route: path.routes.find(({ method }) => method === request.method) ?? null } : null;
}

function needsOf(
  found: FoundRoute | null,
  narrowed: NarrowedSnapshot | null,
  { headers }: DescribedRequest,
): AccessNeeds {
  const plugins = found?.route?.plugins ?? [];
  const policyIds = plugins
    .filter(({ type }) => type === 'REQUEST_RESTRICTION')
    .map(({ config }) => stagePlugins.REQUEST_RESTRICTION.settings.parse(config).requestRestrictionPolicyId);
  const names = new Set(headers.filter((_text, at) => at % 2 === 0).map((name) => name.toLowerCase()));
  const ofHeaders = [...names].map((name) => findHeader(headers, name) ?? '');
  const ofPath = [...(narrowed?.match?.variables.values() ?? [])].map((segments) => segments.join('/'));
  return {
    apiKey: plugins.some(({ type }) => type === 'API_KEY') ? findHeader(headers, API_KEY_HEADER) : null,
    policyIds,
    values: policyIds.length === 0 ? [] : [...ofHeaders, ...ofPath],
  };
}

function outcomeOf({ backend, failure, context }: DescribedEnd, found: FoundRoute | null): Explanation['outcome'] {
  if (failure) return 'FAILURE';
  if (backend) return 'BACKEND';
  return context.exchange.method === 'OPTIONS' && found?.path.cors ? 'PREFLIGHT' : 'MOCK';
}

function routeOf({ context: { match, exchange } }: DescribedEnd): Explanation['route'] {
  return match?.servesMethod ? { path: match.path.path, method: exchange.method, variables: match.variables } : null;
}

function pluginsOf({ path, route }: FoundRoute, trace: Trace, outcome: Explanation['outcome']): ExplainedPlugin[] {
  const ofRoute = route ? trace.pluginsOf(path.path, route, outcome) : [];
  if (!path.cors) return ofRoute;
  const result = outcome === 'BACKEND' ? 'LATER' : 'APPLIED';
  const origin = { path: path.path, method: null };
  return [...ofRoute, { type: 'CORS', origin, phase: 'RESPONSE', result, requestsPerSecond: null }];
}
