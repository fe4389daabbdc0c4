import { parseSegment, pathVariables } from '../../contract/paths.js';
import type { Steps } from '../../kernel/steps.js';
import { type MixedSegment, mixedSegment } from './mixed-segment.js';

/** Most nodes have one kind of children or none, and there may be thousands: what is not there takes no memory. */
export interface Node {
  /** Of a text below which no path goes on, the path that ends there, by its place. */
  texts: Map<string, Node | number> | null;
  mixed: MixedEdge[] | null;
  variable: Node | null;
  /** The path, by its place, that takes all that is left; -1: none. */
  rest: number;
  /** The path, by its place, that ends here; -1: none. */
  end: number;
}

export interface MixedEdge {
  readonly segment: MixedSegment;
  readonly node: Node;
}

/** A list of paths as a tree of their segments. It knows them by their places, so that it serves every list of the same. */
export class PathTree {
  readonly root = emptyNode();
  private readonly variables = new Map<string, readonly string[]>();

  private constructor(private readonly paths: readonly string[]) {}

  /** Builds the tree, path by path. @throws Error when a path cannot be read or matches the same requests as another one. */
  static *steps(paths: readonly string[]): Steps<PathTree> {
    const tree = new PathTree(paths);
    for (let at = 0; at < paths.length; at += 1) {
      tree.insert(at);
      yield;
    }
    sortMixed(tree.root);
    return tree;
  }

  /** Whether it is the tree of these paths. */
  isOf(paths: readonly string[]): boolean {
    return paths.length === this.paths.length && paths.every((path, at) => path === this.paths[at]);
  }

  /** Names of the variables of a path, read when they are first asked for: it would be a third of building a large tree. */
  variablesOf(path: string): readonly string[] {
    let names = this.variables.get(path);
    if (!names) this.variables.set(path, (names = pathVariables(path)));
    return names;
  }

  private insert(at: number): void {
    const path = this.paths[at] ?? '';
    let node = this.root;
    const segments = path.slice(1).split('/');
    for (const [depth, segment] of segments.entries()) {
      const isLast = depth === segments.length - 1;
      const known = node.texts?.get(segment);
      if (known !== undefined) {
        if (isLast && typeof known === 'number') this.onlyOne(known, at);
        node = typeof known === 'number' ? newTextChild(node, segment, known) : known;
        continue;
      }
      const pieces = parseSegment(segment);
      if (typeof pieces === 'string') throw new Error(`path ${path} ${pieces}`);
      const [first] = pieces;
      if (first?.kind === 'variable' && first.rest) {
        node.rest = this.onlyOne(node.rest, at);
        return;
      }
      if (pieces.every((piece) => piece.kind === 'text')) {
        if (isLast) return void (node.texts ??= new Map()).set(segment, at);
        node = newTextChild(node, segment, -1);
      } else if (pieces.length === 1) node = node.variable ??= emptyNode();
      else node = mixedChild(node, mixedSegment(pieces));
    }
    node.end = this.onlyOne(node.end, at);
  }

  private onlyOne(known: number, at: number): number {
    if (known < 0) return at;
    throw new Error(`paths ${this.paths[known]} and ${this.paths[at]} match the same requests`);
  }
}

function emptyNode(end = -1): Node {
  return { texts: null, mixed: null, variable: null, rest: -1, end };
}

function newTextChild(node: Node, text: string, end: number): Node {
  const child = emptyNode(end);
  node.texts ??= new Map();
  node.texts.set(text, child);
  return child;
}

function mixedChild(node: Node, segment: MixedSegment): Node {
  node.mixed ??= [];
  const existing = node.mixed.find((edge) => edge.segment.shape === segment.shape);
  if (existing) return existing.node;
  const child = emptyNode();
  node.mixed.push({ segment, node: child });
  return child;
}

function sortMixed(node: Node): void {
  node.mixed?.sort(({ segment: a }, { segment: b }) => b.textLength - a.textLength || (a.shape < b.shape ? -1 : 1));
  for (const child of node.texts?.values() ?? []) if (typeof child !== 'number') sortMixed(child);
  for (const edge of node.mixed ?? []) sortMixed(edge.node);
  if (node.variable) sortMixed(node.variable);
}
