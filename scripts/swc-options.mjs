/**
 * How TypeScript is turned into JavaScript where tsc does not do it: in tests and benchmarks.
 * Decorators as tsc makes them, because Nest's dependency injection reads their metadata.
 * @type {import('@swc/core').Options}
 */
export const swcOptions = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
    target: 'es2022',
  },
  module: { type: 'es6' },
};
