import { Injectable } from '@nestjs/common';
import { Database, type FaultNames, holdProject, lockService, type Queries } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { Settings } from '../../http/index.js';
import { keepDeletedResources } from '../recycle-bin/index.js';
import { requireService } from '../services/index.js';
import type { Tenant } from '../tenancy/index.js';
import type { ResourceRow } from './resource-rows.queries.js';
import { findResource, inOrder, listResources, saveChanges, toTree } from './resources.queries.js';
import { type Changes, changesBetween, isEmpty } from './rules/changes.js';
import { createMethods, createPaths, type RequestedMethod, type RequestedPath } from './rules/create.js';
import { deleteResource } from './rules/delete.js';
import { checkLimits } from './rules/limits.js';
import {
  modifyMethod,
  modifyPath,
  type RequestedMethodChange,
  type RequestedPathPluginChange,
} from './rules/modify.js';
import { isMethod, type MethodNode, type ResourceNode, type ResourceTree } from './rules/resource-tree.js';

/** What the unique indexes say when two writes meet, should the lock of the service ever not hold them apart. */
const FAULTS: FaultNames = {
  unique: { resource_path_key: 'RESOURCE_DUPLICATED', resource_method_key: 'RESOURCE_DUPLICATED' },
};

/** A use case that changes resources. */
interface Edit {
  /** Name of the transaction. */
  readonly name: string;
  /** The list of the request that adds resources, for the errorList of the limits. */
  readonly field: string;
  /** Changes the tree. @returns the resource that the answer shows even when it did not change. */
  run(tree: ResourceTree): ResourceNode | null;
  /** Keeps what is to be deleted; with it the project is held from the beginning. */
  keep?(queries: Queries, deletedIds: readonly string[]): Promise<unknown>;
}

/** Use cases of resources. */
@Injectable()
export class ResourcesService {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /** All resources of a service in their order. @throws AppError SERVICE_NOT_FOUND */
  async list(tenant: Tenant, serviceId: string): Promise<ResourceRow[]> {
    return this.database.readAtOnce(async (queries) => {
      await requireService(queries, tenant.projectId, serviceId);
      return listResources(queries, serviceId);
    });
  }

  /** @throws AppError SERVICE_NOT_FOUND, RESOURCE_NOT_FOUND */
  async get(tenant: Tenant, serviceId: string, resourceId: string): Promise<ResourceRow> {
    await requireService(this.database.client, tenant.projectId, serviceId);
    const row = await findResource(this.database.client, serviceId, resourceId);
    if (!row) throw new AppError('RESOURCE_NOT_FOUND');
    return row;
  }

  /**
   * Creates paths with their methods and the paths above them that are missing. @returns what was created.
   * @throws AppError SERVICE_NOT_FOUND, METHOD_LIMIT_EXCEEDED and those of {@link createPaths}
   */
  async createPaths(tenant: Tenant, serviceId: string, paths: readonly RequestedPath[]): Promise<ResourceRow[]> {
    return this.change(tenant, serviceId, {
      name: 'create resource paths',
      field: 'resourcePathList',
      run: (tree) => {
        createPaths(tree, paths);
        return null;
      },
    });
  }

  /**
   * Creates methods under a path. @returns what was created.
   * @throws AppError SERVICE_NOT_FOUND, RESOURCE_NOT_FOUND, NOT_A_PATH, METHOD_LIMIT_EXCEEDED and those of {@link createMethods}
   */
  async createMethods(
    tenant: Tenant,
    serviceId: string,
    resourceId: string,
    methods: readonly RequestedMethod[],
  ): Promise<ResourceRow[]> {
    return this.change(tenant, serviceId, {
      name: 'create resource methods',
      field: 'methodList',
      run: (tree) => {
        createMethods(tree, requirePath(tree, resourceId).path, methods);
        return null;
      },
    });
  }

  /**
   * Sets and deletes plugins of a path and, where asked, of all below. @returns the path and whatever else changed.
   * @throws AppError SERVICE_NOT_FOUND, RESOURCE_NOT_FOUND, NOT_A_PATH, METHOD_LIMIT_EXCEEDED and those of {@link modifyPath}
   */
  async modifyPath(
    tenant: Tenant,
    serviceId: string,
    resourceId: string,
    plugins: readonly RequestedPathPluginChange[],
  ): Promise<ResourceRow[]> {
    return this.change(tenant, serviceId, {
      name: 'modify resource path',
      field: 'pathPluginList',
      run: (tree) => {
        const path = requirePath(tree, resourceId);
        modifyPath(tree, path, plugins);
        return path;
      },
    });
  }

  /**
   * Changes name, description and plugins of a method. @returns the method.
   * @throws AppError SERVICE_NOT_FOUND, RESOURCE_NOT_FOUND, NOT_A_METHOD and those of {@link modifyMethod}
   */
  async modifyMethod(
    tenant: Tenant,
    serviceId: string,
    resourceId: string,
    change: RequestedMethodChange,
  ): Promise<ResourceRow[]> {
    return this.change(tenant, serviceId, {
      name: 'modify resource method',
      field: 'methodPluginList',
      run: (tree) => {
        const method = requireMethod(tree, resourceId);
        modifyMethod(tree, method, change);
        return method;
      },
    });
  }

  /**
   * Deletes a method, or a path with everything below it.
   * @throws AppError SERVICE_NOT_FOUND, RESOURCE_NOT_FOUND and those of {@link deleteResource}
   */
  async delete(tenant: Tenant, serviceId: string, resourceId: string): Promise<void> {
    await this.change(tenant, serviceId, {
      name: 'delete resource',
      field: '',
      run: (tree) => {
        deleteResource(tree, requireResource(tree, resourceId));
        return null;
      },
      keep: (queries, deletedIds) =>
        keepDeletedResources(queries, { projectId: tenant.projectId, serviceId }, resourceId, deletedIds),
    });
  }

  /** Reads the tree under the service's lock, lets the rules change it, and writes the difference. */
  private change({ projectId }: Tenant, serviceId: string, edit: Edit): Promise<ResourceRow[]> {
    const run = async (queries: Queries): Promise<ResourceRow[]> => {
      if (edit.keep) await holdProject(queries, projectId);
      if (!(await lockService(queries, projectId, serviceId))) throw new AppError('SERVICE_NOT_FOUND');
      const rows = await listResources(queries, serviceId);
      const before = toTree(rows);
      const after = before.copy();
      const shown = edit.run(after);
      checkLimits(before, after, this.settings.maxMethods, edit.field);
      const changes = changesBetween(before, after);
      if (isEmpty(changes)) return rows.filter(({ id }) => id === shown?.id);
      await edit.keep?.(queries, changes.deletedIds);
      const created = await saveChanges(queries, { projectId, serviceId }, changes);
      const ids = idsToRead(changes, shown);
      if (ids.length === 0) return inOrder(created);
      return inOrder([...created, ...(await listResources(queries, serviceId, ids))]);
    };
    return this.database.transaction(edit.name, run, { ...FAULTS, turnOf: serviceId });
  }
}

/** What is shown besides the resources that are new. */
function idsToRead({ created, touchedIds }: Changes, shown: ResourceNode | null): string[] {
  const ids = new Set([...touchedIds, ...(shown ? [shown.id] : [])]);
  for (const { id } of created) ids.delete(id);
  return [...ids];
}

function requireResource(tree: ResourceTree, resourceId: string): ResourceNode {
  const node = tree.byId(resourceId);
  if (!node) throw new AppError('RESOURCE_NOT_FOUND');
  return node;
}

function requirePath(tree: ResourceTree, resourceId: string): ResourceNode {
  const node = requireResource(tree, resourceId);
  if (isMethod(node)) throw new AppError('NOT_A_PATH');
  return node;
}

function requireMethod(tree: ResourceTree, resourceId: string): MethodNode {
  const node = requireResource(tree, resourceId);
  if (!isMethod(node)) throw new AppError('NOT_A_METHOD');
  return node;
}
