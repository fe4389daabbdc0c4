import * as z from 'zod';
import { definePlugin, headerMap, mapTemplates } from './shared.js';

const MAX_BODY_LENGTH = 65_535;

/** MOCK: answers by itself. Method only. statusCode may come as a numeric string, as the guide writes its type. */
export const mockPlugin = definePlugin(
  z.strictObject({
    statusCode: z
      .union(
        [
          z.number(),
          z
            .string()
            .regex(/^\d{3}$/)
            .transform(Number),
        ],
        {
          error: ({ input }) => (input === undefined ? 'is required' : 'must be a status code, 100 to 599'),
        },
      )
      .pipe(z.int().min(100).max(599)),
    headers: headerMap.nullish().transform((headers) => headers ?? {}),
    body: z
      .string()
      .max(MAX_BODY_LENGTH)
      .nullish()
      .transform((body) => body ?? ''),
  }),
  (settings) => mapTemplates('headers', settings.headers),
);
/** Settings of MOCK as checked. */
export type MockSettings = z.output<typeof mockPlugin.settings>;
