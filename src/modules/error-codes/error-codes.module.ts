import { Module } from '@nestjs/common';
import { ErrorCodesController } from './error-codes.controller.js';

/** The error catalogue, for people and programs that call the management API. */
@Module({ controllers: [ErrorCodesController] })
export class ErrorCodesModule {}
