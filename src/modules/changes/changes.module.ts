import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { ChangeInterceptor } from './change.interceptor.js';
import { AnswerSweepService } from './idempotency/answer-sweep.service.js';
import { IdempotencyService } from './idempotency/idempotency.service.js';
import { Representations } from './representations.js';

/** What every call that changes something has besides: its Idempotency-Key, its If-Match, its audit record. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    Representations,
    IdempotencyService,
    AnswerSweepService,
    { provide: APP_INTERCEPTOR, useClass: ChangeInterceptor },
  ],
})
export class ChangesModule {}
