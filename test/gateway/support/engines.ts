import { it } from '@jest/globals';
import { engines } from '../../../src/gateway/settings.js';

/** The engine that the suites run on; see CONTRIBUTING.md. */
const engine = engines.find((known) => known === process.env['GATEWAY_ENGINE']) ?? 'sockets';

/** For what `node:http` does in a way of its own. */
export const itOnNode = engine === 'node' ? it : it.skip;
/** For what the engine on sockets does in a way of its own. */
export const itOnSockets = engine === 'sockets' ? it : it.skip;
