import { withAncestors } from './paths.js';
import { isStagePluginType, type StagePluginType } from './plugins/index.js';

/** What the way from the root path to a method is made of. */
interface Placed {
  readonly path: string;
  readonly methodType: string | null;
}

/** A resource of a stage with its plugins, as much of it as counts here. */
interface WithPlugins {
  readonly plugins: readonly { readonly pluginType: string }[];
}

/** The paths of a stage by their path. */
export function pathsOf<Resource extends Placed>(resources: readonly Resource[]): Map<string, Resource> {
  return new Map(resources.filter((one) => one.methodType === null).map((one) => [one.path, one]));
}

/** The resources from the root path to a method, the method last: a setting holds until a later one of them overrides it. */
export function lineOf<Resource extends Placed>(method: Resource, paths: ReadonlyMap<string, Resource>): Resource[] {
  return [...withAncestors(method.path).flatMap((path) => paths.get(path) ?? []), method];
}

/** The stage plugins that hold for the last resource of a line, each with the resource that it stands on: the nearest of a type. */
export function effectiveStagePlugins<Resource extends WithPlugins>(
  line: readonly Resource[],
): Map<StagePluginType, { resource: Resource; plugin: Resource['plugins'][number] }> {
  const nearest = new Map<StagePluginType, { resource: Resource; plugin: Resource['plugins'][number] }>();
  for (const resource of line) {
    for (const plugin of resource.plugins) {
      if (isStagePluginType(plugin.pluginType)) nearest.set(plugin.pluginType, { resource, plugin });
    }
  }
  return nearest;
}
