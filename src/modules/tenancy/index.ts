export { AppKeyGuard } from './app-key.guard.js';
export { Bootstrap } from './bootstrap.js';
export { holdTenant } from './hold-tenant.js';
export { CurrentTenant, findTenant, type Tenant } from './tenant.js';
export { TenancyModule } from './tenancy.module.js';
