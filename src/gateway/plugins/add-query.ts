import type { AddQuerySettings } from '../../contract/plugins/index.js';
import { compileTemplate, encodeParameter, plainText } from '../rewriting/index.js';
import type { RequestEdit } from './step.js';

/**
 * ADD_REQUEST_QUERY_PARAMETER: adds parameters behind those that the client sent, never in their place.
 * @throws TemplateError
 */
export function addQueryParameters({ parameters }: AddQuerySettings): RequestEdit {
  const templates = Object.entries(parameters).map(([name, text]) => ({
    name,
    value: compileTemplate(text, plainText),
  }));
  return (request, context) => {
    const added = templates.map(({ name, value }) => encodeParameter(name, value(context)));
    request.query = [request.query, ...added].filter((part) => part !== '').join('&');
  };
}
