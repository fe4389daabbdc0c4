import { runAtOnce, type Steps } from '../../kernel/steps.js';
import { type MixedEdge, type Node, PathTree } from './path-tree.js';
import { isDotSegment } from './segments.js';

/** What a router routes to. */
export interface RoutablePath {
  /** A resource path, valid by contract/paths.ts. */
  readonly path: string;
  /** Whether the path serves a method. */
  serves(method: string): boolean;
}

/** Values of path variables by name (`x`, or `x+` for the rest of the path), as decoded segments. */
export type PathVariables = ReadonlyMap<string, readonly string[]>;

/** The same values in the order in which the path has its variables. */
type VariableValues = readonly (readonly string[])[];

/** A path that was found for a request. */
export class RouteMatch<Path extends Pick<RoutablePath, 'path'>> {
  private known: PathVariables | null = null;

  /** `servesMethod` false: the path exists, but not with this method. */
  constructor(
    readonly path: Path,
    readonly servesMethod: boolean,
    private readonly values: VariableValues,
    private readonly tree: PathTree,
  ) {}

  /** The value of a variable; null when the path has none of that name. */
  variable(name: string): readonly string[] | null {
    const at = this.tree.variablesOf(this.path.path).indexOf(name);
    return at < 0 ? null : (this.values[at] ?? null);
  }

  /** Made when somebody asks for them: most requests go on as they came. */
  get variables(): PathVariables {
    return (this.known ??= variablesOf(this.tree.variablesOf(this.path.path), this.values));
  }

  /** The same, with something else that stands for the path. */
  withPath<Other extends Pick<RoutablePath, 'path'>>(path: Other): RouteMatch<Other> {
    return new RouteMatch(path, this.servesMethod, this.values, this.tree);
  }
}

export interface Router<Path extends Pick<RoutablePath, 'path'>> {
  /** What it finds paths with. */
  readonly tree: PathTree;
  /**
   * Finds the path of a request from its decoded segments. At every level text wins over text with variables
   * (more text first), that over a variable, that over the rest; a branch that leads nowhere is left again.
   * Without a path that serves the method, the first that matches is given; null when there is none.
   */
  match(segments: readonly string[], method: string): RouteMatch<Path> | null;
}

interface Search<Path> {
  readonly paths: readonly Path[];
  readonly segments: readonly string[];
  readonly method: string;
  readonly values: (readonly string[])[];
  fallback: { path: Path; values: (readonly string[])[] } | null;
}

/**
 * Builds a router. Its work for a request grows with the request's segments, not with the number of paths.
 * @throws Error when a path cannot be read or matches the same requests as another one.
 */
export function buildRouter<Path extends RoutablePath>(paths: readonly Path[]): Router<Path> {
  return runAtOnce(routerSteps(paths));
}

/** {@link buildRouter} path by path; `before` is the tree of a router that may have the same paths. */
export function* routerSteps<Path extends RoutablePath>(
  paths: readonly Path[],
  before: PathTree | null = null,
): Steps<Router<Path>> {
  const names = paths.map(({ path }) => path);
  const tree = before?.isOf(names) === true ? before : yield* PathTree.steps(names);
  return {
    tree,
    match(segments, method) {
      if (segments.some(isDotSegment)) return null;
      const search: Search<Path> = { paths, segments, method, values: [], fallback: null };
      const path = find(tree.root, 0, search);
      if (path) return new RouteMatch(path, true, search.values, tree);
      return search.fallback && new RouteMatch(search.fallback.path, false, search.fallback.values, tree);
    },
  };
}

const NO_VARIABLES: PathVariables = new Map();

function variablesOf(names: readonly string[], values: VariableValues): PathVariables {
  return values.length === 0 ? NO_VARIABLES : new Map(names.map((name, index) => [name, values[index] ?? []]));
}

function find<Path extends RoutablePath>(node: Node, at: number, search: Search<Path>): Path | null {
  if (at === search.segments.length) return accept(node.end, search);
  const segment = search.segments[at] ?? '';
  const text = node.texts?.get(segment);
  const byText = text === undefined ? null : findBelowText(text, at, search);
  if (byText) return byText;
  if (segment === '') return null;
  const byMixed = node.mixed && findMixed(node.mixed, at, search);
  if (byMixed) return byMixed;
  const byVariable = node.variable && findBelow(node.variable, at, [[segment]], search);
  if (byVariable) return byVariable;
  if (node.rest < 0) return null;
  search.values.push(search.segments.slice(at));
  const byRest = accept(node.rest, search);
  if (!byRest) search.values.pop();
  return byRest;
}

function findBelowText<Path extends RoutablePath>(text: Node | number, at: number, search: Search<Path>): Path | null {
  if (typeof text !== 'number') return find(text, at + 1, search);
  return at + 1 === search.segments.length ? accept(text, search) : null;
}

function findMixed<Path extends RoutablePath>(
  edges: readonly MixedEdge[],
  at: number,
  search: Search<Path>,
): Path | null {
  for (const { segment, node } of edges) {
    const values = segment.match(search.segments[at] ?? '')?.map((value) => [value]);
    const path = values && findBelow(node, at, values, search);
    if (path) return path;
  }
  return null;
}

function findBelow<Path extends RoutablePath>(
  node: Node,
  at: number,
  values: (readonly string[])[],
  search: Search<Path>,
): Path | null {
  search.values.push(...values);
  const path = find(node, at + 1, search);
  if (!path) search.values.length -= values.length;
  return path;
}

function accept<Path extends RoutablePath>(place: number, search: Search<Path>): Path | null {
  // A place before the first would be looked up as slowly as a name.
  const path = place < 0 ? undefined : search.paths[place];
  if (!path) return null;
  if (path.serves(search.method)) return path;
  search.fallback ??= { path, values: [...search.values] };
  return null;
}
