import * as z from 'zod';
import { definePlugin, mapTemplates, MAX_MAP_ENTRIES } from './shared.js';

const MAX_NAME_LENGTH = 100;
const MAX_VALUE_LENGTH = 4000;

/** ADD_REQUEST_QUERY_PARAMETER: adds to the query of the request to the backend, never replaces. */
export const addRequestQueryParameterPlugin = definePlugin(
  z.strictObject({
    parameters: z
      .record(z.string().min(1).max(MAX_NAME_LENGTH), z.string().max(MAX_VALUE_LENGTH))
      .refine((map) => Object.keys(map).length <= MAX_MAP_ENTRIES, {
        error: `must not have more than ${MAX_MAP_ENTRIES} entries`,
      }),
  }),
  ({ parameters }) => mapTemplates('parameters', parameters),
);
/** Settings of ADD_REQUEST_QUERY_PARAMETER as checked. */
export type AddQuerySettings = z.output<typeof addRequestQueryParameterPlugin.settings>;
