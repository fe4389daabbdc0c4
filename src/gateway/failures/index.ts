export { defaultFailure, failureMessage, renderFailure, type RenderedFailure } from './render.js';
