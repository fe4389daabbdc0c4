export { requireKnownPolicies, requirePolicyOfPlugin } from './policy-references.js';
export { findMissingPolicies } from './restriction-policies.queries.js';
export { RestrictionPoliciesModule } from './restriction-policies.module.js';
