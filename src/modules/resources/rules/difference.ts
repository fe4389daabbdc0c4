import { resourceKey } from '../../../contract/paths.js';
import type { HttpMethod } from '../../../contract/plugins/index.js';
import { canonicalJson } from '../../../kernel/canonical-json.js';
import type { ImportedResource } from './imported.js';
import { compareResources } from './resource-order.js';

/** A path (`methodType` null) or a method under it. */
export interface ResourcePlace {
  readonly path: string;
  readonly methodType: HttpMethod | null;
}

/** A resource that stays and what of it changes: methodName, methodDescription, `plugins.TYPE`, parameters, responses. */
export interface ChangedResource extends ResourcePlace {
  readonly changedFields: readonly string[];
}

/** What an import would do to the resources and models that are there. */
export interface ImportDifference {
  readonly added: readonly ResourcePlace[];
  readonly removed: readonly ResourcePlace[];
  readonly changed: readonly ChangedResource[];
  /** Names of models. */
  readonly models: { readonly added: string[]; readonly removed: string[]; readonly changed: string[] };
}

/** The resources and models of a service. */
export interface ServiceContent {
  readonly resources: readonly ImportedResource[];
  readonly models: readonly ContentModel[];
}

/** A model as comparisons see it; its id does not count. */
export interface ContentModel {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly schema: object;
}

/** Compares what is there with what would be there, by path and method and by the names of models; ids do not count. */
export function differenceBetween(before: ServiceContent, after: ServiceContent): ImportDifference {
  const old = new Map(before.resources.map((resource) => [resourceKey(placeOf(resource)), resource]));
  const fresh = new Map(after.resources.map((resource) => [resourceKey(placeOf(resource)), resource]));
  const names = new Map([...before.models, ...after.models].map(({ id, name }) => [id, name]));
  const changed = after.resources.flatMap((resource) => {
    const previous = old.get(resourceKey(placeOf(resource)));
    const changedFields = previous ? changedFieldsOf(previous, resource, names) : [];
    return changedFields.length > 0 ? [{ ...placeOf(resource), changedFields }] : [];
  });
  return {
    added: after.resources
      .filter((resource) => !old.has(resourceKey(placeOf(resource))))
      .map(placeOf)
      .toSorted(compareResources),
    removed: before.resources
      .filter((resource) => !fresh.has(resourceKey(placeOf(resource))))
      .map(placeOf)
      .toSorted(compareResources),
    changed: changed.toSorted(compareResources),
    models: modelDifference(before.models, after.models),
  };
}

function changedFieldsOf(
  before: ImportedResource,
  after: ImportedResource,
  names: ReadonlyMap<string, string>,
): string[] {
  const types = [...new Set([...before.plugins.keys(), ...after.plugins.keys()])].toSorted();
  const compared: [string, unknown, unknown][] = [
    ['methodName', before.method?.name, after.method?.name],
    ['methodDescription', before.method?.description, after.method?.description],
    ...types.map((type): [string, unknown, unknown] => [
      `plugins.${type}`,
      before.plugins.get(type),
      after.plugins.get(type),
    ]),
    ['parameters', comparable(before.parameters, names), comparable(after.parameters, names)],
    ['responses', comparable(before.responses, names), comparable(after.responses, names)],
  ];
  return compared
    .filter(([, old, fresh]) => canonicalJson({ it: old }) !== canonicalJson({ it: fresh }))
    .map(([field]) => field);
}

/** Parameters or responses with names in the place of ids; empty ones are as good as none. */
function comparable(value: object | null, names: ReadonlyMap<string, string>): unknown {
  const named: unknown = JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (key === 'modelId' ? names.get(String(inner)) : inner)),
  );
  const isEmpty = Object.values(named ?? {}).every(
    (part) => part === null || (Array.isArray(part) && part.length === 0),
  );
  return isEmpty ? null : named;
}

function modelDifference(before: readonly ContentModel[], after: readonly ContentModel[]): ImportDifference['models'] {
  const old = new Map(before.map((model) => [model.name, modelContent(model)]));
  const fresh = new Map(after.map((model) => [model.name, modelContent(model)]));
  return {
    added: [...fresh.keys()].filter((name) => !old.has(name)).toSorted(),
    removed: [...old.keys()].filter((name) => !fresh.has(name)).toSorted(),
    changed: [...fresh]
      .filter(([name, content]) => old.has(name) && old.get(name) !== content)
      .map(([name]) => name)
      .toSorted(),
  };
}

function modelContent({ description, schema }: ContentModel): string {
  return canonicalJson({ description, schema });
}

function placeOf({ path, method }: ImportedResource): ResourcePlace {
  return { path, methodType: method?.type ?? null };
}
