import * as z from 'zod';

/** Methods that a resource can have. Source: the enum guide. */
export const httpMethods = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'] as const;
/** A method that a resource can have. */
export type HttpMethod = (typeof httpMethods)[number];
/** Schema of an {@link HttpMethod}. */
export const httpMethod = z.enum(httpMethods);

/** A text in settings that may hold context variables, and where it stands in them. */
export interface TemplateUse {
  readonly field: string;
  readonly text: string;
}

/**
 * What both processes know of a plugin: the schema of its settings and the texts in them that are templates.
 * An issue of the schema may carry `params.key`, the key of the error that answers it instead of the usual one.
 */
export interface PluginDefinition<Settings extends z.ZodType = z.ZodType> {
  readonly settings: Settings;
  templates(settings: z.output<Settings>): TemplateUse[];
}

/** A plugin by the schema of its settings; without `templates` no text in them is one. */
export function definePlugin<Settings extends z.ZodType>(
  settings: Settings,
  templates: (settings: z.output<Settings>) => TemplateUse[] = () => [],
): PluginDefinition<Settings> {
  return { settings, templates };
}

/** Entries of one map or list of a setting. */
export const MAX_MAP_ENTRIES = 50;
const MAX_HEADER_VALUE_LENGTH = 4000;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/;
/** Headers that frame a message: the gateway's own business, never a setting's. */
const FRAMING = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Whether a text is an RFC 9110 field name of at most 100 characters. */
export function isHeaderName(name: string): boolean {
  return TOKEN.test(name);
}

/** Schema of a header name that a setting may have. */
export const headerName = z
  .string()
  .refine(isHeaderName, { error: 'is no header name', params: { key: 'INVALID_HEADER_NAME' } })
  .refine((name) => !FRAMING.has(name.toLowerCase()), { error: 'is a header that only the gateway sets' });

/** Schema of a header value: tabs, printable ASCII and Latin-1, at most 4000 characters. */
export const headerValue = z
  .string()
  .max(MAX_HEADER_VALUE_LENGTH)
  .refine((value) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value), {
    error: 'has a character that a header value cannot hold',
  });

/** A map of header names to values, at most 50. */
export const headerMap = z.record(headerName, headerValue).refine((map) => Object.keys(map).length <= MAX_MAP_ENTRIES, {
  error: `must not have more than ${MAX_MAP_ENTRIES} entries`,
});

/** Schema of header names, 1 to 50. */
export const headerNameList = z.array(headerName).min(1).max(MAX_MAP_ENTRIES);

const MAX_URL_LENGTH = 2000;

/** Schema of a URL that the gateway calls by itself: http or https, without a user or a password. */
export const calledUrl = z
  .url({ protocol: /^https?$/ })
  .max(MAX_URL_LENGTH)
  .refine((text) => !URL.canParse(text) || (new URL(text).username === '' && new URL(text).password === ''), {
    error: 'must not hold a user or a password',
  });

/** The values of a map as templates, named `field.KEY`. */
export function mapTemplates(field: string, map: Record<string, string>): TemplateUse[] {
  return Object.entries(map).map(([name, text]) => ({ field: `${field}.${name}`, text }));
}
