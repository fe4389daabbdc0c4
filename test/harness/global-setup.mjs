// Jest loads this file itself, outside its module system, where neither TypeScript nor the suffix .js for it is known.
import '../../scripts/typescript-loader.mjs';

const { default: setup } = await import('./global-setup.ts');
export default setup;
