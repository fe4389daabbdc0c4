export { compile } from './compile.js';
export type { CompilerGatewayResponse, CompilerInput, CompilerPlugin, CompilerResource } from './input.js';
