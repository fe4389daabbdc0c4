import { runAtOnce, type Steps } from '../../kernel/steps.js';
import { parseSegment, pathVariables } from '../../contract/paths.js';
import { type MixedSegment, mixedSegment } from './mixed-segment.js';
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
    private readonly names: VariableNames,
  ) {}

  /** Made when somebody asks for them: most requests go on as they came. */
  get variables(): PathVariables {
    return (this.known ??= variablesOf(this.names.of(this.path.path), this.values));
  }

  /** The same, with something else that stands for the path. */
  withPath<Other extends Pick<RoutablePath, 'path'>>(path: Other): RouteMatch<Other> {
    return new RouteMatch(path, this.servesMethod, this.values, this.names);
  }
}

export interface Router<Path extends Pick<RoutablePath, 'path'>> {
  /**
   * Finds the path of a request from its decoded segments. At every level text wins over text with variables
   * (more text first), that over a variable, that over the rest; a branch that leads nowhere is left again.
   * Without a path that serves the method, the first that matches is given; null when there is none.
   */
  match(segments: readonly string[], method: string): RouteMatch<Path> | null;
}

/** Most nodes have one kind of children or none, and there may be thousands: what is not there takes no memory. */
interface Node<Path> {
  texts: Map<string, Node<Path>> | null;
  mixed: MixedEdge<Path>[] | null;
  variable: Node<Path> | null;
  rest: Path | null;
  end: Path | null;
}

interface MixedEdge<Path> {
  readonly segment: MixedSegment;
  readonly node: Node<Path>;
}

interface Search<Path> {
  readonly segments: readonly string[];
  readonly method: string;
  readonly values: (readonly string[])[];
  fallback: { path: Path; values: (readonly string[])[] } | null;
}

/**
 * Builds a router. Its work for a request grows with the request's segments, not with the number of paths.
 * @throws Error when a path cannot be read or matches the same requests as another one.
 */
export function buildRouter<Path extends RoutablePath>(paths: Iterable<Path>): Router<Path> {
  return runAtOnce(routerSteps(paths));
}

/** {@link buildRouter} path by path. */
export function* routerSteps<Path extends RoutablePath>(paths: Iterable<Path>): Steps<Router<Path>> {
  const root = emptyNode<Path>();
  const names = new VariableNames();
  for (const path of paths) {
    insert(root, path);
    yield;
  }
  sortMixed(root);
  return {
    match(segments, method) {
      if (segments.some(isDotSegment)) return null;
      const search: Search<Path> = { segments, method, values: [], fallback: null };
      const path = find(root, 0, search);
      if (path) return new RouteMatch(path, true, search.values, names);
      return search.fallback && new RouteMatch(search.fallback.path, false, search.fallback.values, names);
    },
  };
}

const NO_VARIABLES: PathVariables = new Map();

function variablesOf(names: readonly string[], values: VariableValues): PathVariables {
  return values.length === 0 ? NO_VARIABLES : new Map(names.map((name, index) => [name, values[index] ?? []]));
}

/** Names of the variables of paths, read when they are first asked for: it would be a third of building a large router. */
class VariableNames {
  private readonly known = new Map<string, readonly string[]>();

  of(path: string): readonly string[] {
    let names = this.known.get(path);
    if (!names) this.known.set(path, (names = pathVariables(path)));
    return names;
  }
}

function emptyNode<Path>(): Node<Path> {
  return { texts: null, mixed: null, variable: null, rest: null, end: null };
}

function insert<Path extends RoutablePath>(root: Node<Path>, path: Path): void {
  let node = root;
  for (const segment of path.path.slice(1).split('/')) {
    const known = node.texts?.get(segment);
    if (known) {
      node = known;
      continue;
    }
    const pieces = parseSegment(segment);
    if (typeof pieces === 'string') throw new Error(`path ${path.path} ${pieces}`);
    const [first] = pieces;
    if (first?.kind === 'variable' && first.rest) {
      if (node.rest) throw new Error(`paths ${node.rest.path} and ${path.path} match the same requests`);
      node.rest = path;
      return;
    }
    if (pieces.every((piece) => piece.kind === 'text')) node = newTextChild(node, segment);
    else if (pieces.length === 1) node = node.variable ??= emptyNode<Path>();
    else node = mixedChild(node, mixedSegment(pieces));
  }
  if (node.end) throw new Error(`paths ${node.end.path} and ${path.path} match the same requests`);
  node.end = path;
}

function newTextChild<Path>(node: Node<Path>, text: string): Node<Path> {
  const child = emptyNode<Path>();
  node.texts ??= new Map();
  node.texts.set(text, child);
  return child;
}

function mixedChild<Path>(node: Node<Path>, segment: MixedSegment): Node<Path> {
  node.mixed ??= [];
  const existing = node.mixed.find((edge) => edge.segment.shape === segment.shape);
  if (existing) return existing.node;
  const child = emptyNode<Path>();
  node.mixed.push({ segment, node: child });
  return child;
}

function sortMixed<Path>(node: Node<Path>): void {
  node.mixed?.sort(({ segment: a }, { segment: b }) => b.textLength - a.textLength || (a.shape < b.shape ? -1 : 1));
  for (const child of node.texts?.values() ?? []) sortMixed(child);
  for (const edge of node.mixed ?? []) sortMixed(edge.node);
  if (node.variable) sortMixed(node.variable);
}

function find<Path extends RoutablePath>(node: Node<Path>, at: number, search: Search<Path>): Path | null {
  if (at === search.segments.length) return accept(node.end, search);
  const segment = search.segments[at] ?? '';
  const text = node.texts?.get(segment);
  const byText = text ? find(text, at + 1, search) : null;
  if (byText) return byText;
  if (segment === '') return null;
  const byMixed = node.mixed && findMixed(node.mixed, at, search);
  if (byMixed) return byMixed;
  const byVariable = node.variable && findBelow(node.variable, at, [[segment]], search);
  if (byVariable) return byVariable;
  if (!node.rest) return null;
  search.values.push(search.segments.slice(at));
  const byRest = accept(node.rest, search);
  if (!byRest) search.values.pop();
  return byRest;
}

function findMixed<Path extends RoutablePath>(
  edges: readonly MixedEdge<Path>[],
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
  node: Node<Path>,
  at: number,
  values: (readonly string[])[],
  search: Search<Path>,
): Path | null {
  search.values.push(...values);
  const path = find(node, at + 1, search);
  if (!path) search.values.length -= values.length;
  return path;
}

function accept<Path extends RoutablePath>(path: Path | null, search: Search<Path>): Path | null {
  if (!path) return null;
  if (path.serves(search.method)) return path;
  search.fallback ??= { path, values: [...search.values] };
  return null;
}
