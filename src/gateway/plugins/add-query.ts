import type { AddQuerySettings } from '../../contract/plugins/index.js';
import { compileTemplate, encodePart, plainText } from '../rewriting/index.js';
import type { RequestEdit } from './step.js';

/**
 * ADD_REQUEST_QUERY_PARAMETER: adds parameters behind those that the client sent, never in their place.
 * @throws TemplateError
 */
export function addQueryParameters({ parameters }: AddQuerySettings): RequestEdit {
  const templates = Object.entries(parameters).map(([name, text]) => ({
    encodedName: encodeURIComponent(name),
    value: compileTemplate(text, plainText),
  }));
  return (request, context) => {
    for (const { encodedName, value } of templates) {
      const before = request.query === '' ? '' : `${request.query}&`;
      request.query = `${before}${encodedName}=${encodePart(value(context))}`;
    }
  };
}
