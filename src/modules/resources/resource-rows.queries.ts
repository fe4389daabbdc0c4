import { type Prisma, sqlPart } from '../../database/index.js';

const shape = {
  omit: { parameters: true, responses: true },
  include: { plugins: { orderBy: { pluginType: 'asc' } } },
} as const;

/** A resource with its plugins, without its parameters and responses. */
export type ResourceRow = Prisma.ResourceGetPayload<typeof shape>;

/** The columns of a {@link ResourceRow}, of a resource `r`, without its plugins. */
export const resourceColumns = sqlPart(`r.id, r.project_id AS "projectId", r.service_id AS "serviceId", r.path,
  r.path_pattern AS "pathPattern", r.parent_path AS "parentPath", r.method_type AS "methodType",
  r.method_name AS "methodName", r.method_description AS "methodDescription", r.made_by_cors AS "madeByCors",
  r.created_at AS "createdAt", r.updated_at AS "updatedAt"`);

/** The plugins `p` of a {@link ResourceRow} together. */
export const pluginList = sqlPart(`json_agg(json_build_object('id', p.id, 'resourceId', p.resource_id,
  'pluginType', p.plugin_type, 'config', p.config, 'createdAt', p.created_at, 'updatedAt', p.updated_at)
  ORDER BY p.plugin_type)`);

type ReadPlugin = Omit<ResourceRow['plugins'][number], 'createdAt' | 'updatedAt'> & {
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** A {@link ResourceRow} as the statements give it. */
export type ReadResource = Omit<ResourceRow, 'plugins'> & { readonly plugins: ReadPlugin[] | null };

/** In JSON dates are texts. */
export function withDates({ plugins, ...resource }: ReadResource): ResourceRow {
  return {
    ...resource,
    plugins: (plugins ?? []).map(({ createdAt, updatedAt, ...plugin }) => ({
      ...plugin,
      createdAt: new Date(createdAt),
      updatedAt: new Date(updatedAt),
    })),
  };
}
