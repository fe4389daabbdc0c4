import * as z from 'zod';
import { definePlugin, headerName, httpMethod, MAX_MAP_ENTRIES } from './shared.js';

const headerOrAny = z.union([z.literal('*'), headerName]);
const list = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).max(MAX_MAP_ENTRIES);
const headerListOrEmpty = z
  .array(headerOrAny)
  .max(MAX_MAP_ENTRIES)
  .nullish()
  .transform((headers) => headers ?? []);

const origin = z.string().refine(isOrigin, { error: 'must be * or scheme://host[:port]' });

function isOrigin(text: string): boolean {
  if (text === '*') return true;
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.host !== '' && /^[^/]+:\/\/[^/?#@]+$/.test(text);
}

/** CORS: path only; makes the OPTIONS method of the path. maxCredentialsAge in seconds, null or -1 sends none. */
export const corsPlugin = definePlugin(
  z
    .strictObject({
      allowedMethods: list(httpMethod),
      allowedHeaders: list(headerOrAny),
      allowedOrigins: list(origin),
      exposedHeaders: headerListOrEmpty,
      maxCredentialsAge: z
        .int()
        .min(-1)
        .max(86_400)
        .nullish()
        .transform((age) => age ?? null),
      allowCredentials: z.boolean(),
    })
    .refine((settings) => !settings.allowCredentials || !settings.allowedOrigins.includes('*'), {
      path: ['allowedOrigins'],
      error: 'must name the origins when allowCredentials is true',
    }),
);
/** Settings of CORS as checked. */
export type CorsSettings = z.output<typeof corsPlugin.settings>;
