/**
 * The segments of a request path, percent-decoded one by one, so that an encoded slash never parts a segment.
 * Null when a segment cannot be decoded.
 */
export function decodeSegments(path: string): string[] | null {
  const segments = path.slice(1).split('/');
  if (!path.includes('%')) return segments;
  try {
    return segments.map((segment) => decodeURIComponent(segment));
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/** Whether a decoded segment is one that a server below might take for a step in its file tree. */
export function isDotSegment(segment: string): boolean {
  return segment === '.' || segment === '..';
}
