import type { RequestRestrictionSettings } from '../../contract/plugins/index.js';
import { pathVariables } from '../../contract/paths.js';
import type { Queries } from '../../database/index.js';
import { type AppError, fieldError } from '../../errors/index.js';
import { findKnownPolicyIds, findPolicy } from './restriction-policies.queries.js';

const PLUGIN_TYPE = 'REQUEST_RESTRICTION';

/** A plugin with its settings as they are stored. */
interface SetPlugin {
  readonly pluginType: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Demands of a REQUEST_RESTRICTION plugin among those asked for on the resource path that its policy exists in the
 * service, and that the path declares the variable that the policy looks at. Call it under the stage's lock: a policy
 * is deleted under the locks of all stages.
 * @throws AppError INVALID_INPUT, PATH_VARIABLE_UNDECLARED
 */
export async function requirePolicyOfPlugin(
  queries: Queries,
  serviceId: string,
  path: string,
  plugins: readonly SetPlugin[],
): Promise<void> {
  const index = plugins.findIndex(({ pluginType }) => pluginType === PLUGIN_TYPE);
  const plugin = plugins[index];
  if (!plugin) return;
  const field = `stageResourcePluginList[${index}].pluginConfigJson.requestRestrictionPolicyId`;
  const policy = await findPolicy(queries, serviceId, policyIdOf(plugin));
  if (!policy) throw fieldError('INVALID_INPUT', field, 'names no request restriction policy of this service');
  if (policy.keyType === 'PATH_VARIABLE' && !pathVariables(path).includes(policy.keyName)) {
    throw fieldError('PATH_VARIABLE_UNDECLARED', field, `the path does not declare {${policy.keyName}}`);
  }
}

/**
 * Demands that all policies exist that settings to be restored refer to, under the stage's lock.
 * `refuse` makes the error of the operation out of a sentence that names the missing policies.
 */
export async function requireKnownPolicies(
  queries: Queries,
  serviceId: string,
  resources: readonly { readonly plugins: readonly SetPlugin[] }[],
  refuse: (message: string) => AppError,
): Promise<void> {
  const plugins = resources.flatMap((resource) => resource.plugins);
  const ids = new Set(plugins.filter(({ pluginType }) => pluginType === PLUGIN_TYPE).map(policyIdOf));
  if (ids.size === 0) return;
  const known = await findKnownPolicyIds(queries, serviceId, [...ids]);
  const missing = [...ids].filter((id) => !known.has(id));
  if (missing.length > 0) throw refuse(`these request restriction policies were deleted: ${missing.join(', ')}`);
}

function policyIdOf({ config }: SetPlugin): string {
  return (config as RequestRestrictionSettings).requestRestrictionPolicyId;
}
