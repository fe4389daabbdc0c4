export { compileSteps } from './compile.js';
export type {
  CompilerGatewayResponse,
  CompilerInput,
  CompilerMethod,
  CompilerModel,
  CompilerPlugin,
  CompilerResource,
} from './input.js';
