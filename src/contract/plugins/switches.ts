import * as z from 'zod';
import { definePlugin } from './shared.js';

const active = z.strictObject({ isActive: z.literal(true) });

/** API_KEY: the request needs a key that is connected to the stage. */
export const apiKeyPlugin = definePlugin(active);
/** REQUEST_VALIDATOR: the request must fit the parameters of its method. */
export const requestValidatorPlugin = definePlugin(active);
