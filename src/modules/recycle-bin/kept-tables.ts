/** The tables whose rows are kept, in an order in which they can be filled: a row after those that it refers to. */
export const keptTables = [
  'service',
  'resource',
  'resource_plugin',
  'model',
  'model_reference',
  'gateway_response',
  'restriction_policy',
  'restriction_key_value',
  'stage',
  'stage_host',
  'stage_resource',
  'stage_resource_plugin',
  'deployment',
  'deployment_receipt',
  'api_key',
  'api_key_value',
  'api_key_metric',
  'usage_plan',
] as const;

export type KeptTable = (typeof keptTables)[number];
