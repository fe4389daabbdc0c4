import { PATH_VARIABLE_REFERENCE, type RateLimitSettings } from '../../contract/plugins/rate-limit.js';
import { WINDOW_SECONDS } from '../counters/index.js';
import { Limit } from '../limit-headers.js';
import type { RequestContext } from '../request-context.js';
import type { CheckServices } from '../services.js';
import { pathVariable, takeRate, valueInKey } from './rate.js';
import type { CheckPlace, RequestCheck } from './step.js';

/** What a request is counted by; null: it has no such value, and no limit. */
type ValueReader = (context: RequestContext) => string | null;

/**
 * RATE_LIMIT: requests per second of the stage, when the setting stands on the root, else of the method; as a whole
 * or for each client address, value of a header or value of a path variable.
 */
export function checkRate(settings: RateLimitSettings, place: CheckPlace, { counters }: CheckServices): RequestCheck {
  const { stageId, path, method, origin } = place;
  const scope = origin.method === null ? `rate:${stageId}` : `rate:${stageId}:${method} ${path}`;
  const limit = settings.requestPerSec;
  const readValue = valueReader(settings);
  const told = new Limit('route', limit, WINDOW_SECONDS);
  if (!readValue) return (context) => takeRate(counters, context, { key: scope, limit, told });
  return (context) => {
    const value = readValue(context);
    if (value === null || value === '') return undefined;
    return takeRate(counters, context, { key: `${scope}:${valueInKey(value)}`, limit, told });
  };
}

/** Null: all requests count together. */
function valueReader({ keyType, extraKeyValue }: RateLimitSettings): ValueReader | null {
  const name = extraKeyValue ?? '';
  const lowerName = name.toLowerCase();
  const variable = PATH_VARIABLE_REFERENCE.exec(name)?.[1] ?? '';
  if (keyType === 'IP') return ({ clientAddress }) => clientAddress;
  if (keyType === 'HEADER') return (context) => context.header(lowerName);
  if (keyType === 'PATH_VARIABLE') return (context) => pathVariable(context, variable);
  return null;
}
