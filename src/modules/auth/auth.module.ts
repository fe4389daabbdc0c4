import { Global, Module } from '@nestjs/common';
import { AccessKeysController } from './access-keys/access-keys.controller.js';
import { AccessKeysService } from './access-keys/access-keys.service.js';
import { Authenticator } from './authenticator.js';
import { FirstAdministrator } from './first-administrator.js';
import { ClientGuard } from './tokens/client.guard.js';
import { TokenSweepService } from './tokens/token-sweep.service.js';
import { TokensController } from './tokens/tokens.controller.js';
import { TokensService } from './tokens/tokens.service.js';
import { UsersController } from './users/users.controller.js';
import { UsersService } from './users/users.service.js';

/** Who calls v2.0: users, their access keys, and the tokens that they get with them. */
@Global()
@Module({
  controllers: [TokensController, UsersController, AccessKeysController],
  providers: [
    Authenticator,
    FirstAdministrator,
    TokensService,
    ClientGuard,
    TokenSweepService,
    UsersService,
    AccessKeysService,
  ],
  exports: [Authenticator, FirstAdministrator],
})
export class AuthModule {}
