/**
 * How TypeScript is turned into JavaScript where tsc does not do it: in tests, benchmarks
 * and programs in one file. With the metadata of decorators, because Nest's dependency injection reads it.
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
