import { holdProjectAndAppKey, type Queries } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import type { Tenant } from './tenant.js';

/**
 * Keeps project and appKey of a call from being deleted until the transaction ends: what is made under them would
 * have no owner. When they have gone since the call was let in, it is answered as if it came after that.
 * @throws AppError INVALID_APP_KEY
 */
export async function holdTenant(queries: Queries, { projectId, appKeyId }: Tenant): Promise<void> {
  if (!(await holdProjectAndAppKey(queries, projectId, appKeyId))) throw new AppError('INVALID_APP_KEY');
}
