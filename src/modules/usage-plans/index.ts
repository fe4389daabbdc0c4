export { UsagePlansModule } from './usage-plans.module.js';
