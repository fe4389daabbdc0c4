export { HeaderAnswer, PagingAnswer, PlainAnswer } from './answers.js';
export { success } from './envelope.js';
export { FreeJson } from './free-json.js';
export { Operation } from './operation.js';
export { type Page, PageQuery, pageWindow, toPage } from './paging.js';
export { managementPaths } from './routes.js';
export { Settings } from './settings.js';
export { isStorable } from './storable-text.js';
