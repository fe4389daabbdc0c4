export { ErrorCodesModule } from './error-codes.module.js';
