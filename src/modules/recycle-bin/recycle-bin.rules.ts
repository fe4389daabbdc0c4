import { AppError, type ErrorDetail, type ErrorKey } from '../../errors/index.js';

/** What stands in the way of a restoration: a kind of thing or a field, and a sentence. */
export interface Obstacle {
  readonly field: string;
  readonly message: string;
}

/** The error of a restoration that names what is in the way. */
export function restorationError(key: ErrorKey, obstacles: readonly Obstacle[]): AppError {
  return new AppError(
    key,
    obstacles.map((obstacle): ErrorDetail => ({ property: 'recycleBinItem', ...obstacle })),
  );
}

/** RECYCLE_BIN_ITEM_NOT_RESTORABLE because of one obstacle. */
export function notRestorable(field: string, message: string): AppError {
  return restorationError('RECYCLE_BIN_ITEM_NOT_RESTORABLE', [{ field, message }]);
}

/** That the service of what is to be restored was deleted. */
export function serviceMissing(serviceId: string | null): AppError {
  return notRestorable('apigwServiceId', `the service ${serviceId} does not exist; restore it first`);
}
