import type { RemoveHeaderSettings, SetHeaderSettings } from '../../contract/plugins/index.js';
import { addHeader, addOwnHeader, isFitHeader, removeHeader } from '../header-list.js';
import { compileTemplate, headerEncoder } from '../rewriting/index.js';
import type { ResponseEdit } from './step.js';

/**
 * SET_REQUEST_HEADER and SET_RESPONSE_HEADER: adds headers or replaces those of the same name.
 * @throws TemplateError
 */
export function setHeaders({ headers }: SetHeaderSettings): ResponseEdit {
  const templates = Object.entries(headers).map(([name, text]) => ({
    name,
    lowerName: name.toLowerCase(),
    value: compileTemplate(text, headerEncoder),
    // What the encoder makes of values is fit; so is the whole then.
    add: isFitHeader(name, text) ? addOwnHeader : addHeader,
  }));
  return (list, context) => {
    for (const { name, lowerName, value, add } of templates) {
      removeHeader(list, lowerName);
      add(list, name, value(context));
    }
  };
}

/** REMOVE_REQUEST_HEADER and REMOVE_RESPONSE_HEADER. */
export function removeHeaders({ headers }: RemoveHeaderSettings): ResponseEdit {
  const lowerNames = headers.map((name) => name.toLowerCase());
  return (list) => {
    for (const lowerName of lowerNames) removeHeader(list, lowerName);
  };
}
