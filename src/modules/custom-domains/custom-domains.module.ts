import { Module } from '@nestjs/common';
import { ConnectionsController } from './connections.controller.js';
import { CustomDomainsController } from './custom-domains.controller.js';
import { CustomDomainsService } from './custom-domains.service.js';

/** Custom domains: host names that a project has chosen, and the stages that they are connected to. */
@Module({ controllers: [CustomDomainsController, ConnectionsController], providers: [CustomDomainsService] })
export class CustomDomainsModule {}
