import type { AccessPolicy } from '../../contract/access.js';
import type { RequestRestrictionSettings } from '../../contract/plugins/request-restriction.js';
import { WINDOW_SECONDS } from '../counters/index.js';
import { addOwnHeader } from '../header-list.js';
import { Limit } from '../limit-headers.js';
import { type RequestContext, RequestFailed } from '../request-context.js';
import type { CheckServices } from '../services.js';
import { pathVariable, takeRate, valueInKey } from './rate.js';
import type { CheckPlace, RequestCheck } from './step.js';

const REMAINING_HEADER = 'X-NHN-RateLimit-Remaining';

/**
 * REQUEST_RESTRICTION: for the value of a path variable or a header, the addresses that may use it and the requests
 * per second; per stage, policy and value, on all routes together. The policy is asked as it is now, not as it was
 * when the stage was deployed.
 */
export function checkRestriction(
  { requestRestrictionPolicyId: policyId }: RequestRestrictionSettings,
  { stageId }: CheckPlace,
  { access, counters }: CheckServices,
): RequestCheck {
  let told: Limit | null = null;
  return (context) => {
    const policy = access.current?.policy(policyId);
    // A lock whose key is not known stays shut.
    if (!policy) throw new RequestFailed({ failure: 'InternalError' });
    const value = valueOf(policy, context);
    if (value === null || value === '') return;
    const own = access.current?.policyValue(policyId, value);
    if (own && !own.admits(context.clientAddress)) throw new RequestFailed({ failure: 'IpNotAllowed' });
    const limit = own?.entry.requestsPerSecond ?? policy.defaultRequestsPerSecond;
    if (limit === null) return;
    const key = `restriction:${stageId}:${policyId}:${valueInKey(value)}`;
    if (!policy.tellsRemaining) return takeRate(counters, context, { key, limit, told: null });
    const onLeft = (left: number): void => addOwnHeader(context.addedHeaders, REMAINING_HEADER, String(left));
    if (told?.limit !== limit) told = new Limit('restriction', limit, WINDOW_SECONDS);
    return takeRate(counters, context, { key, limit, told, onLeft });
  };
}

function valueOf({ keyType, keyName }: AccessPolicy, context: RequestContext): string | null {
  return keyType === 'HEADER' ? context.header(keyName.toLowerCase()) : pathVariable(context, keyName);
}
