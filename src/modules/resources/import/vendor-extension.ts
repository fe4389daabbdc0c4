import { VENDOR_KEY, type VendorNotes } from '../../../contract/swagger.js';
import { inside } from '../../../kernel/json-pointer.js';
import type { ImportFaults } from './faults.js';
import { isJsonObject, type JsonObject } from './json.js';

/**
 * The plugins that stand in the vendor extension of a path item or an operation; null when it has no extension.
 * Faults: SWAGGER_PLUGINS_INVALID for an extension without an object of plugins.
 */
export function pluginsIn(holder: JsonObject, pointer: string, faults: ImportFaults): JsonObject | null {
  const extension = holder[VENDOR_KEY];
  if (extension === undefined) return null;
  const at = inside(pointer, VENDOR_KEY);
  if (!isJsonObject(extension)) {
    faults.add('SWAGGER_PLUGINS_INVALID', at, 'must be an object');
    return {};
  }
  if (isJsonObject(extension['plugins'])) return extension['plugins'];
  faults.add('SWAGGER_PLUGINS_INVALID', inside(at, 'plugins'), 'must be an object of plugins by their type');
  return {};
}

/** The notes that an export has written into a part without plugins, still to be checked; none when it has no extension. */
export function notesIn(holder: JsonObject): { readonly [Note in keyof VendorNotes]?: unknown } {
  const extension = holder[VENDOR_KEY];
  return isJsonObject(extension) ? extension : {};
}
