import * as z from 'zod';
import { definePlugin, headerMap, headerNameList, mapTemplates } from './shared.js';

const setHeaders = z.strictObject({ headers: headerMap });
const removeHeaders = z.strictObject({ headers: headerNameList });

/** SET_REQUEST_HEADER: adds or replaces headers of the request to the backend. */
export const setRequestHeaderPlugin = definePlugin(setHeaders, ({ headers }) => mapTemplates('headers', headers));
/** REMOVE_REQUEST_HEADER: removes headers of the request to the backend, after SET_REQUEST_HEADER. */
export const removeRequestHeaderPlugin = definePlugin(removeHeaders);
/** SET_RESPONSE_HEADER: adds or replaces headers of the answer to the client. */
export const setResponseHeaderPlugin = definePlugin(setHeaders, ({ headers }) => mapTemplates('headers', headers));
/** REMOVE_RESPONSE_HEADER: removes headers of the answer to the client, after SET_RESPONSE_HEADER. */
export const removeResponseHeaderPlugin = definePlugin(removeHeaders);

/** Settings of SET_REQUEST_HEADER and SET_RESPONSE_HEADER as checked. */
export type SetHeaderSettings = z.output<typeof setHeaders>;
/** Settings of REMOVE_REQUEST_HEADER and REMOVE_RESPONSE_HEADER as checked. */
export type RemoveHeaderSettings = z.output<typeof removeHeaders>;
