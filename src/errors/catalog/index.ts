import { apiKeysErrors } from './api-keys.js';
import { deploymentPlansErrors } from './deployment-plans.js';
import { deploymentsErrors } from './deployments.js';
import { documentsErrors } from './documents.js';
import { generalErrors } from './general.js';
import { modelsErrors } from './models.js';
import { recycleBinErrors } from './recycle-bin.js';
import { resourcesErrors } from './resources.js';
import { servicesErrors } from './services.js';
import { stagesErrors } from './stages.js';
import { statisticsErrors } from './statistics.js';
import { usagePlansErrors } from './usage-plans.js';

/** Every error of the management API by its key. The only source of codes, statuses and messages. */
export const errorCatalog = Object.freeze({
  ...generalErrors,
  ...servicesErrors,
  ...resourcesErrors,
  ...stagesErrors,
  ...deploymentsErrors,
  ...deploymentPlansErrors,
  ...apiKeysErrors,
  ...usagePlansErrors,
  ...modelsErrors,
  ...documentsErrors,
  ...statisticsErrors,
  ...recycleBinErrors,
});

export type ErrorKey = keyof typeof errorCatalog;
