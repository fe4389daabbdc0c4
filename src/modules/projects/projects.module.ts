import { Module } from '@nestjs/common';
import { AppKeysController } from './app-keys/app-keys.controller.js';
import { AppKeysService } from './app-keys/app-keys.service.js';
import { MembersController } from './members/members.controller.js';
import { MembersService } from './members/members.service.js';
import { ProjectsController } from './projects.controller.js';
import { ProjectsService } from './projects.service.js';

/** Projects: who belongs to them, and which appKeys open them. */
@Module({
  controllers: [ProjectsController, MembersController, AppKeysController],
  providers: [ProjectsService, MembersService, AppKeysService],
})
export class ProjectsModule {}
