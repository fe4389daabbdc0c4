import { isVariableName } from '../../contract/paths.js';
import { isHeaderName } from '../../contract/plugins/index.js';
import { fieldError } from '../../errors/index.js';

/** Where the value stands that a policy limits requests by. */
export const restrictionKeyTypes = ['PATH_VARIABLE', 'HEADER'] as const;
/** Where the value stands that a policy limits requests by. */
export type RestrictionKeyType = (typeof restrictionKeyTypes)[number];

/** Limits of policies and their key values. Source: the console guide for the first three. */
export const restrictionLimits = {
  policiesPerService: 10,
  minRequestsPerSecond: 1,
  maxRequestsPerSecond: 5000,
  nameLength: 50,
  valueLength: 255,
  valuesPerPolicy: 1000,
  addressesPerValue: 100,
} as const;

/**
 * Checks the name of the path variable or header that a policy looks at.
 * @throws AppError INVALID_HEADER_NAME, INVALID_INPUT
 */
export function checkKeyName(keyType: RestrictionKeyType, keyName: string): void {
  const field = 'requestRestrictionKey';
  if (keyType === 'HEADER' && !isHeaderName(keyName)) {
    throw fieldError('INVALID_HEADER_NAME', field, 'is no header name');
  }
  if (keyType === 'PATH_VARIABLE' && !isVariableName(keyName)) {
    throw fieldError('INVALID_INPUT', field, 'must be the name of a path variable, without braces');
  }
}
