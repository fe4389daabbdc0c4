// Lets plain Node import the project's TypeScript, for what runs outside Jest's own module system
// (its global set-up) and for benchmarks: `node --import ./scripts/typescript-loader.mjs bench/x.ts`.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
