import { isContentType } from '../../../contract/parameters.js';
import type { RequestContext } from '../../request-context.js';

/** The media type of a request's body, lower case and without parameters; null without one, '' for what is none. */
export function mediaTypeOf(context: RequestContext): string | null {
  const header = context.header('content-type');
  if (header === null) return null;
  const [mediaType = ''] = header.split(';', 1);
  return isContentType(mediaType.trim()) ? mediaType.trim().toLowerCase() : '';
}

/** Tests whether a media type is one of a list, in which `type/*` stands for all of a type. */
export function mediaTypeTest(types: readonly string[]): (mediaType: string) => boolean {
  const listed = new Set(types);
  return (mediaType) => listed.has(mediaType) || listed.has(`${mediaType.slice(0, mediaType.indexOf('/'))}/*`);
}
