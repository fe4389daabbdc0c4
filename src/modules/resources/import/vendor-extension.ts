import type { ImportFaults } from './faults.js';
import { isJsonObject, type JsonObject } from './json.js';
import { inside } from './json-pointer.js';

/** The key under which a document holds what only this gateway understands. Source: the guide on importing resources. */
export const VENDOR_KEY = 'x-nhncloud-apigateway';

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

/** What an export has written into the extension of a part that holds no plugins; an empty object when there is none. */
export function notesIn(holder: JsonObject): JsonObject {
  const extension = holder[VENDOR_KEY];
  return isJsonObject(extension) ? extension : {};
}
