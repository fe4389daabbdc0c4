import * as z from 'zod';
import { definePlugin, isHeaderName } from './shared.js';

/** `${request.path.x}`, with the name of the variable. */
export const PATH_VARIABLE_REFERENCE = /^\$\{request\.path\.([^{}]+)\}$/;

/** RATE_LIMIT: root path or method. extraKeyValue is the header's name, or `${request.path.x}`. */
export const rateLimitPlugin = definePlugin(
  z
    .strictObject({
      keyType: z.enum(['DEFAULT', 'IP', 'HEADER', 'PATH_VARIABLE']),
      extraKeyValue: z
        .string()
        .max(300)
        .nullish()
        .transform((key) => key ?? null),
      requestPerSec: z.int().min(1).max(5000),
    })
    .superRefine((settings, context) => {
      const key = settings.extraKeyValue ?? '';
      if (settings.keyType === 'HEADER' && !isHeaderName(key)) {
        context.addIssue({
          code: 'custom',
          path: ['extraKeyValue'],
          message: 'must be a header name',
          params: { key: 'INVALID_HEADER_NAME' },
        });
      }
      if (settings.keyType === 'PATH_VARIABLE' && !PATH_VARIABLE_REFERENCE.test(key)) {
        context.addIssue({ code: 'custom', path: ['extraKeyValue'], message: 'must be ${request.path.variable-name}' });
      }
    }),
  (settings) =>
    settings.keyType === 'PATH_VARIABLE' && settings.extraKeyValue !== null
      ? [{ field: 'extraKeyValue', text: settings.extraKeyValue }]
      : [],
);
export type RateLimitSettings = z.output<typeof rateLimitPlugin.settings>;
