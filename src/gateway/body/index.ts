export { type BodyOrigin, type BodySink, BodySource } from './body-source.js';
export { bodyOf, fromStream, toStream } from './conversions.js';
