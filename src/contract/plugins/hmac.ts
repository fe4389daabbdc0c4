import * as z from 'zod';
import { definePlugin, headerName } from './shared.js';

/** Seconds that the clocks of a client and the gateway may be apart, at most: a day. */
export const MAX_CLOCK_SKEW_SECONDS = 86_400;
/** Characters of a secret in settings. */
export const MAX_SECRET_LENGTH = 4096;

/** HMAC: root path only. clockSkewSeconds 0 checks no time. */
export const hmacPlugin = definePlugin(
  z.strictObject({
    secretKey: z.string().min(1).max(MAX_SECRET_LENGTH),
    clockSkewSeconds: z.int().min(0).max(MAX_CLOCK_SKEW_SECONDS).default(0),
    enforceHeaders: z.array(headerName).max(50).default([]),
  }),
);
export type HmacSettings = z.output<typeof hmacPlugin.settings>;
