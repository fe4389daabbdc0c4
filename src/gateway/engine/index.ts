import type { Exchange } from '../exchange.js';
import type { Log } from '../log.js';
import type { GatewaySettings } from '../settings.js';
import type { Engine } from './listening.js';
import { startNodeEngine } from './node-engine.js';
import { startSocketEngine } from './sockets/socket-engine.js';

export type { Engine } from './listening.js';

/**
 * Starts to listen, on the engine that the settings name.
 * @throws Error when the port cannot be had.
 */
export function startEngine(
  settings: GatewaySettings,
  handle: (exchange: Exchange) => void,
  log: Log,
): Promise<Engine> {
  return settings.engine === 'sockets'
    ? startSocketEngine(settings, handle, log)
    : startNodeEngine(settings, handle, log);
}
