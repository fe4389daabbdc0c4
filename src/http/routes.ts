/** The prefixes under which the management API is served; every version has the same operations. */
const MANAGEMENT_PREFIXES = ['v1.0/appkeys/:appKey'] as const;

/** What the URLs of the management API begin with; those of health probes and of gateways do not. */
const MANAGEMENT_URL = /^\/v\d+\.\d+\//;

/** Whether a URL, as sent, belongs to the management API, be it one that exists or not. */
export function isManagementUrl(url: string): boolean {
  return MANAGEMENT_URL.test(url);
}

/** Controller paths of a collection of the management API, one per version. */
export function managementPaths(collection: string): string[] {
  return MANAGEMENT_PREFIXES.map((prefix) => `${prefix}/${collection}`);
}
