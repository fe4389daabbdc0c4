import * as z from 'zod';
import { calledUrl, definePlugin, httpMethod } from './shared.js';

/** PRE_API: called before the backend. cacheTtl in seconds, 0 caches nothing. */
export const preApiPlugin = definePlugin(
  z.strictObject({
    httpMethod,
    url: calledUrl,
    cacheTtl: z.int().min(0).max(86_400).default(0),
  }),
);
export type PreApiSettings = z.output<typeof preApiPlugin.settings>;
