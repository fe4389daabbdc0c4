import { AppError } from '../../../errors/index.js';
import type { GatewayCaller } from './gateway-caller.js';

/**
 * Demands that the token of a gateway is good for a region.
 * @throws AppError USER_NOT_ALLOWED, whether or not there is another region of this name
 */
export function demandRegion({ scope }: GatewayCaller, regionCode: string): void {
  if (scope !== null && scope.regionCode !== regionCode) throw new AppError('USER_NOT_ALLOWED');
}
