import { Global, Module } from '@nestjs/common';
import { ExpiryService } from './expiry.service.js';
import { RecycleBinController } from './recycle-bin.controller.js';
import { RecycleBinService } from './recycle-bin.service.js';
import { Restorers } from './restorers.js';

/** What calls have destroyed, kept for a while, and its way back. */
@Global()
@Module({
  controllers: [RecycleBinController],
  providers: [RecycleBinService, Restorers, ExpiryService],
  exports: [Restorers],
})
export class RecycleBinModule {}
