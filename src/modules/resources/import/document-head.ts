import { inside } from '../../../kernel/json-pointer.js';
import type { ImportFaults } from './faults.js';
import { isJsonObject, type JsonObject } from './json.js';

const SCHEMES: readonly unknown[] = ['http', 'https', 'ws', 'wss'];

/**
 * Checks what a document needs before its paths can be read: its version, info, schemes and paths.
 * Faults: SWAGGER_INVALID, SWAGGER_INFO_MISSING, SWAGGER_SCHEME_MISSING, SWAGGER_PATHS_MISSING.
 */
export function checkHead(document: JsonObject, strict: boolean, faults: ImportFaults): void {
  checkVersion(document, faults);
  if (!isJsonObject(document['info'])) faults.add('SWAGGER_INFO_MISSING', '/info', 'must be an object');
  checkSchemes(document['schemes'], strict, faults);
  if (!isJsonObject(document['paths'])) faults.add('SWAGGER_PATHS_MISSING', '/paths', 'must be an object');
}

/** `swagger` may be absent, as it is in the guide's own example, and then means 2.0. */
function checkVersion({ swagger, swaggerVersion, openapi }: JsonObject, faults: ImportFaults): void {
  const convert = 'only Swagger 2.0 can be imported; convert the document first';
  if (swagger === '2.0') return;
  if (swagger !== undefined) faults.add('SWAGGER_INVALID', '/swagger', 'must be the text "2.0"');
  else if (openapi !== undefined)
    faults.add('SWAGGER_INVALID', '/openapi', `is OpenAPI ${version(openapi)}: ${convert}`);
  else if (swaggerVersion !== undefined) {
    faults.add('SWAGGER_INVALID', '/swaggerVersion', `is Swagger ${version(swaggerVersion)}: ${convert}`);
  }
}

function version(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 20) : 'of an unknown version';
}

function checkSchemes(schemes: unknown, strict: boolean, faults: ImportFaults): void {
  if (schemes === undefined) {
    if (strict) faults.add('SWAGGER_SCHEME_MISSING', '/schemes', 'is required when strict is true');
    return;
  }
  if (!Array.isArray(schemes) || schemes.length === 0) {
    faults.add('SWAGGER_SCHEME_MISSING', '/schemes', `must be a list of ${SCHEMES.join(', ')}`);
    return;
  }
  for (const [index, scheme] of schemes.entries()) {
    if (!SCHEMES.includes(scheme)) {
      faults.add('SWAGGER_SCHEME_MISSING', inside('/schemes', index), `must be one of ${SCHEMES.join(', ')}`);
    }
  }
}
