export { requireKnownPolicies, requirePolicyOfPlugin } from './policy-references.js';
export { RestrictionPoliciesModule } from './restriction-policies.module.js';
