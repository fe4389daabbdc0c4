export { defaultFailure, renderFailure, type RenderedFailure } from './render.js';
