import { pathPatternOf, withAncestors } from '../../../contract/paths.js';
import { MAX_PATHS } from '../rules/limits.js';
import type { PluginSettings } from '../rules/resource-tree.js';
import type { ImportFaults } from './faults.js';
import type { PlannedPath } from './import-plan.js';
import { plannedPlugins } from './methods.js';
import type { PathSource } from './operations.js';

/**
 * The paths to create: those of the document, all above them, and the root; each before those below it.
 * Faults: PATH_VARIABLE_CONFLICT (one path variable for a level), INVALID_INPUT (too many paths).
 */
export function planPaths(
  sources: readonly PathSource[],
  pluginsOf: ReadonlyMap<string, PluginSettings>,
  faults: ImportFaults,
): PlannedPath[] {
  const byPattern = new Map<string, string>([['/', '/']]);
  for (const { path, pointer } of sources) {
    for (const ancestor of withAncestors(path)) {
      const pattern = pathPatternOf(ancestor);
      const existing = byPattern.get(pattern);
      if (existing === undefined) byPattern.set(pattern, ancestor);
      else if (existing !== ancestor) {
        faults.add(
          'PATH_VARIABLE_CONFLICT',
          pointer,
          `${ancestor} differs from ${existing} only in the name of a variable`,
        );
        break;
      }
    }
    if (byPattern.size > MAX_PATHS) {
      faults.add('INVALID_INPUT', '/paths', `makes more than ${MAX_PATHS} paths`);
      break;
    }
  }
  return [...byPattern.values()].map((path) => ({ path, plugins: plannedPlugins(pluginsOf.get(path) ?? new Map()) }));
}
