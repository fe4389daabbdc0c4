import * as z from 'zod';
import { definePlugin } from './shared.js';

/** REQUEST_RESTRICTION: a request restriction policy of the service limits requests by the value of its key. */
export const requestRestrictionPlugin = definePlugin(
  z.strictObject({ requestRestrictionPolicyId: z.string().min(1).max(100) }),
);
/** Settings of REQUEST_RESTRICTION as checked. */
export type RequestRestrictionSettings = z.output<typeof requestRestrictionPlugin.settings>;
