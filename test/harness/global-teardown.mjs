// Jest loads this file itself, outside its module system, where neither TypeScript nor the suffix .js for it is known.
import '../../scripts/typescript-loader.mjs';

const { default: teardown } = await import('./global-teardown.ts');
export default teardown;
