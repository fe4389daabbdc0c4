import type { SnapshotPath } from '../../contract/snapshot.js';
import { runAtOnce, type Steps } from '../../kernel/steps.js';
import { type RoutablePath, type Router, routerSteps } from '../router/index.js';
import type { CheckServices } from '../services.js';
import { builtPath, type BuiltPaths, loadFrame, readFrame, refusalOf } from './load-stage.js';
import { type LoadedPath, type LoadedStage, servesMethod } from './loaded-stage.js';

/** A stage that can be served while its routes are still being built. */
export interface ReopenedStage {
  readonly stage: LoadedStage;
  /** Builds the routes that no request has needed yet. Throws SnapshotRefused for the first that cannot be built. */
  readonly rest: Steps<void>;
}

/**
 * Builds a stage from a snapshot that a gateway has built before, and stored with the stage's `origins`: each path when
 * its first request comes, the others with `rest`. So a gateway that starts serves at once. A request whose path cannot
 * be built (by this version) fails; nothing is served without its checks.
 * @throws SnapshotRefused for a snapshot that does not fit the contract, its paths aside
 */
export function reopenStage(
  document: unknown,
  origins: ReadonlySet<string>,
  services: CheckServices,
  built: BuiltPaths = new WeakMap(),
): ReopenedStage {
  const frame = readFrame(document);
  const { stageId } = frame;
  try {
    const paths = frame.paths.map(
      // That it is one was checked when it was first built.
      (path, at) => new LazyPath(path as SnapshotPath, () => builtPath(path, { at, stageId }, services, built)),
    );
    const router = builtWhenMatched(runAtOnce(routerSteps(paths)));
    const stage = { ...loadFrame(frame), router, origins };
    return { stage, rest: buildAll(paths) };
  } catch (cause) {
    throw refusalOf(cause);
  }
}

function* buildAll(paths: readonly LazyPath[]): Steps<void> {
  try {
    for (const path of paths) {
      path.build();
      yield;
    }
  } catch (cause) {
    throw refusalOf(cause);
  }
}

function builtWhenMatched(router: Router<LazyPath>): LoadedStage['router'] {
  return {
    tree: router.tree,
    match(segments, method) {
      const found = router.match(segments, method);
      return found && found.withPath(found.path.build());
    },
  };
}

class LazyPath implements RoutablePath {
  private built: LoadedPath | null = null;

  constructor(
    private readonly document: SnapshotPath,
    private readonly load: () => LoadedPath,
  ) {}

  get path(): string {
    return this.document.path;
  }

  serves(method: string): boolean {
    const { routes, cors } = this.document;
    const hasMethod = routes.some((route) => route.method === method);
    return servesMethod(hasMethod, cors !== null, method);
  }

  build(): LoadedPath {
    return (this.built ??= this.load());
  }
}
