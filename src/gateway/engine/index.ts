export { type Engine, startEngine } from './node-engine.js';
