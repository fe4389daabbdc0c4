import * as z from 'zod';
import { MAX_PATH_LENGTH } from '../paths.js';
import { definePlugin } from './shared.js';

/** HTTP: forwards to the backend. Method only; frontendEndpointPath is the path of the method. */
export const httpPlugin = definePlugin(
  z.strictObject({
    frontendEndpointPath: z.string().max(MAX_PATH_LENGTH),
    backendEndpointPath: z
      .string()
      .max(MAX_PATH_LENGTH)
      .refine((path) => path.startsWith('/'), { error: 'must start with /' })
      .refine((path) => !/[\s\p{Cc}]/u.test(path), { error: 'must not hold white space or control characters' }),
  }),
  (settings) => [{ field: 'backendEndpointPath', text: settings.backendEndpointPath }],
);
/** Settings of HTTP as checked. */
export type HttpSettings = z.output<typeof httpPlugin.settings>;
