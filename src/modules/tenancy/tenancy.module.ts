import { Global, Module } from '@nestjs/common';
import { AppKeyGuard } from './app-key.guard.js';
import { Bootstrap } from './bootstrap.js';

/** Whose call it is: projects and their appKeys. */
@Global()
@Module({ providers: [AppKeyGuard, Bootstrap], exports: [AppKeyGuard, Bootstrap] })
export class TenancyModule {}
