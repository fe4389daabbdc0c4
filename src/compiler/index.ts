export { compile } from './compile.js';
export type { CompilerInput, CompilerPlugin, CompilerResource } from './input.js';
