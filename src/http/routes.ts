/** The prefixes under which the management API is served; every version has the same operations. */
const MANAGEMENT_PREFIXES = ['v1.0/appkeys/:appKey'] as const;

/** Controller paths of a collection of the management API, one per version. */
export function managementPaths(collection: string): string[] {
  return MANAGEMENT_PREFIXES.map((prefix) => `${prefix}/${collection}`);
}
