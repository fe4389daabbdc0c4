export { CustomDomainsModule } from './custom-domains.module.js';
