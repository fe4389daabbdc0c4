import { pathPatternOf } from '../../../contract/paths.js';
import type { HttpMethod, ResourcePluginType } from '../../../contract/plugins/index.js';

/** Plugin settings of a resource as their schemas read them, by type. */
export type PluginSettings = ReadonlyMap<ResourcePluginType, object>;

/** What a method has and a path has not. `madeByCors` marks the OPTIONS method that a CORS plugin made. */
export interface MethodInfo {
  readonly type: HttpMethod;
  readonly name: string;
  readonly description: string | null;
  readonly madeByCors: boolean;
}

/** A resource of a service: a path (`method` null) or a method under it. */
export interface ResourceNode {
  readonly id: string;
  readonly path: string;
  readonly method: MethodInfo | null;
  readonly plugins: PluginSettings;
}

export type MethodNode = ResourceNode & { readonly method: MethodInfo };

export function isMethod(node: ResourceNode): node is MethodNode {
  return node.method !== null;
}

/**
 * The resources of one service in memory. The rules change a copy of it, and what differs afterwards is written
 * (see changes.ts), so that a rule never runs a query.
 */
export class ResourceTree {
  private readonly paths = new Map<string, ResourceNode>();
  private readonly methods = new Map<string, Map<HttpMethod, MethodNode>>();
  private readonly pathsByPattern = new Map<string, string>();

  constructor(nodes: Iterable<ResourceNode>) {
    for (const node of nodes) this.put(node);
  }

  /** A tree with the same resources, to be changed while this one stays as it is. */
  copy(): ResourceTree {
    return new ResourceTree(this.nodes());
  }

  /** Every resource, in no order that matters. */
  *nodes(): Generator<ResourceNode> {
    yield* this.paths.values();
    for (const methods of this.methods.values()) yield* methods.values();
  }

  get pathCount(): number {
    return this.paths.size;
  }

  /** Methods of all paths, those that CORS made included. */
  get methodCount(): number {
    return [...this.methods.values()].reduce((count, methods) => count + methods.size, 0);
  }

  path(path: string): ResourceNode | undefined {
    return this.paths.get(path);
  }

  method(path: string, type: HttpMethod): MethodNode | undefined {
    return this.methods.get(path)?.get(type);
  }

  methodsOf(path: string): MethodNode[] {
    return [...(this.methods.get(path)?.values() ?? [])];
  }

  byId(id: string): ResourceNode | undefined {
    return [...this.nodes()].find((node) => node.id === id);
  }

  /** The path that is equal to `path` when names of variables do not count, `path` itself included. */
  pathLike(path: string): string | undefined {
    return this.pathsByPattern.get(pathPatternOf(path));
  }

  /** Adds a resource, or puts it in the place of the one with its path and method. */
  put(node: ResourceNode): void {
    if (!isMethod(node)) {
      this.paths.set(node.path, node);
      this.pathsByPattern.set(pathPatternOf(node.path), node.path);
      return;
    }
    const methods = this.methods.get(node.path) ?? new Map<HttpMethod, MethodNode>();
    methods.set(node.method.type, node);
    this.methods.set(node.path, methods);
  }

  removeMethod(path: string, type: HttpMethod): void {
    this.methods.get(path)?.delete(type);
  }

  /** Removes a path with its methods; what lies below it stays. */
  removePath(path: string): void {
    this.paths.delete(path);
    this.pathsByPattern.delete(pathPatternOf(path));
    this.methods.delete(path);
  }

  /** All paths, in no order that matters. */
  allPaths(): ResourceNode[] {
    return [...this.paths.values()];
  }
}
