import * as z from 'zod';
import type { Snapshot } from '../../contract/snapshot.js';
import { runInSlices } from '../../kernel/steps.js';
import { findHeader } from '../headers.js';
import { readTarget } from '../request-context.js';
import { decodeSegments, type RoutablePath, type RouteMatch, routerSteps } from '../router/index.js';
import { servesMethod, SnapshotRefused } from '../stages/index.js';
import type { DescribedRequest } from './described-exchange.js';

/** As much of a snapshot as finding a path needs. */
const outline = z.object({
  paths: z.array(z.object({ path: z.string(), cors: z.unknown(), routes: z.array(z.object({ method: z.string() })) })),
});

interface OutlinedPath extends RoutablePath {
  /** Where it stands among the paths of the snapshot. */
  readonly at: number;
  readonly methods: ReadonlySet<string>;
}

/** A snapshot without the paths that a request cannot reach. */
export interface NarrowedSnapshot {
  readonly snapshot: Snapshot;
  /** The path that matches, and whether it serves the method. */
  readonly match: RouteMatch<OutlinedPath> | null;
}

/**
 * Leaves only the paths in a snapshot that can serve the request: to build all chains of a large stage for one request
 * would take the thread from others. What is left is not checked.
 * @throws SnapshotRefused for a document without paths, or with paths that cannot be told apart.
 */
export async function narrowSnapshot(document: unknown, request: DescribedRequest): Promise<NarrowedSnapshot> {
  const outlined = outline.safeParse(document);
  if (!outlined.success) throw new SnapshotRefused('the snapshot does not fit', { cause: outlined.error });
  const paths = outlined.data.paths.map(({ path, cors, routes }, at): OutlinedPath => {
    const methods = new Set(routes.map(({ method }) => method));
    return { path, at, methods, serves: (method) => servesMethod(methods.has(method), cors !== null, method) };
  });
  const router = await runInSlices(routerSteps(paths)).catch((cause: unknown) => {
    throw new SnapshotRefused('the paths cannot be routed to', { cause });
  });
  const target = readTarget(request);
  const segments = target && decodeSegments(target.path);
  const methods = [request.method, findHeader(request.headers, 'access-control-request-method')];
  const matches = methods.map((method) => (segments && method !== null ? router.match(segments, method) : null));
  const reached = new Set(matches.flatMap((match) => (match ? [match.path.at] : [])));
  const snapshot = document as Snapshot;
  return {
    snapshot: { ...snapshot, paths: snapshot.paths.filter((_path, at) => reached.has(at)) },
    match: matches[0] ?? null,
  };
}
