import type { ErrorDetail, ErrorKey } from '../../errors/index.js';
import { errorCatalog } from '../../errors/index.js';
import { pathVariables } from '../paths.js';
import { parseTemplate, pathVariablesOf, TemplateError } from '../templates.js';
import type { PluginDefinition } from './shared.js';

/** A fault of a setting: the error that answers it, and where in the setting it stands (`headers.X-A`, '' for the whole). */
export interface SettingFault {
  readonly key: ErrorKey;
  readonly field: string;
  readonly message: string;
}

/**
 * Reads a plugin setting as a client sent it.
 * `path` is the resource path it stands on, whose variables its templates may use.
 * `invalid` is the error for a setting that does not fit its schema.
 * Gives the parsed settings, or every fault.
 */
export function checkSettings(
  plugin: PluginDefinition,
  config: unknown,
  path: string,
  invalid: ErrorKey,
): { settings: object; faults: [] } | { settings: null; faults: SettingFault[] } {
  const parsed = plugin.settings.safeParse(config, { error: wordsForMissing });
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => ({
      key: keyOf(issue) ?? invalid,
      field: issue.path.map(String).join('.'),
      message: messageOf(issue),
    }));
    return { settings: null, faults };
  }
  const declared = new Set(pathVariables(path));
  const faults = plugin.templates(parsed.data).flatMap(({ field, text }) => templateFaults(field, text, declared));
  return faults.length > 0 ? { settings: null, faults } : { settings: parsed.data as object, faults: [] };
}

function templateFaults(field: string, text: string, declared: ReadonlySet<string>): SettingFault[] {
  try {
    const missing = pathVariablesOf(parseTemplate(text)).filter((name) => !declared.has(name));
    return missing.map((name) => ({
      key: 'PATH_VARIABLE_UNDECLARED',
      field,
      message: `the path does not declare {${name}}`,
    }));
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return [{ key: 'CONTEXT_VARIABLE_INVALID', field, message: error.message }];
  }
}

/** The error key that an issue of a schema names for itself (`params.key`), or that of a nested issue of a map key or union. */
function keyOf(issue: object): ErrorKey | undefined {
  const { params, issues, errors } = issue as { params?: { key?: string }; issues?: object[]; errors?: object[][] };
  if (params?.key !== undefined && Object.hasOwn(errorCatalog, params.key)) return params.key as ErrorKey;
  const nested = [...(issues ?? []), ...(errors ?? []).flat()];
  return nested.map(keyOf).find((key) => key !== undefined);
}

/** Plain words for a setting that is missing; undefined leaves the words of the schema. */
function wordsForMissing(issue: { readonly code?: string; readonly input?: unknown }): string | undefined {
  return issue.input === undefined && issue.code !== 'custom' ? 'is required' : undefined;
}

/** The words of an issue; a bad map key says what is wrong with the key. */
function messageOf(issue: { code?: string; message: string; issues?: { message: string }[] }): string {
  return issue.issues?.[0]?.message ?? issue.message;
}

/** The faults as entries of an errorList, each field behind `place` (`methodPluginList[0].pluginConfigJson`). */
export function faultDetails(faults: readonly SettingFault[], place: string, property = 'body'): ErrorDetail[] {
  return faults.map(({ field, message }) => ({ property, field: field === '' ? place : `${place}.${field}`, message }));
}
