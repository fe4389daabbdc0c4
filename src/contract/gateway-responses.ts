import * as z from 'zod';
import { gatewayResponseTypes } from '../errors/index.js';
import { isContentType } from './parameters.js';
import { headerMap, mapTemplates, type PluginDefinition } from './plugins/shared.js';

const MAX_BODIES = 10;
const MAX_BODY_LENGTH = 65_535;

const bodies = z
  .record(
    z.string().refine(isContentType, { error: 'must be type/subtype', params: { key: 'CONTENT_TYPE_INVALID' } }),
    z.string().max(MAX_BODY_LENGTH),
  )
  .refine((map) => Object.keys(map).length <= MAX_BODIES, { error: `must not have more than ${MAX_BODIES} entries` });

const settings = z.strictObject({
  gatewayResponseType: z.enum(gatewayResponseTypes),
  httpStatusCode: z.int().min(100).max(599),
  headers: headerMap.nullish().transform((headers) => headers ?? {}),
  body: bodies.nullish().transform((body) => body ?? {}),
});

/**
 * A redefined gateway response, read like the settings of a plugin; its headers and bodies may hold context variables.
 * `body` is by content type. Source: the guide's "Redefine gateway response".
 */
export const gatewayResponse: PluginDefinition<typeof settings> = {
  settings,
  templates: ({ headers, body }) => [...mapTemplates('headers', headers), ...mapTemplates('body', body)],
};
export type GatewayResponseSettings = z.output<typeof settings>;
