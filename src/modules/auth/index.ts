export { AuthModule } from './auth.module.js';
export { Authenticator } from './authenticator.js';
export { type Caller, callerOf, CurrentCaller, findCaller } from './caller.js';
export { findRole } from './caller.queries.js';
export { FirstAdministrator, type NewAccessKey } from './first-administrator.js';
export { AdministratorGuard, TokenGuard } from './guards.js';
export { secretHash } from './secret-hash.js';
export { effectiveRole, isAtLeast, isTokenFor, projectRoles } from './roles.rules.js';
