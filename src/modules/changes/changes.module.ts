import { Module, UseInterceptors } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ChangeInterceptor } from './change.interceptor.js';
import { changingHandlers } from './changing-handlers.js';
import { AnswerSweepService } from './idempotency/answer-sweep.service.js';
import { IdempotencyService } from './idempotency/idempotency.service.js';
import { Representations } from './representations.js';

/** What every call that changes something has besides: its Idempotency-Key, its If-Match, its audit record. */
@Module({
  imports: [DiscoveryModule],
  providers: [Representations, IdempotencyService, AnswerSweepService, ChangeInterceptor],
})
export class ChangesModule {
  /**
   * Has operations that change something intercepted, and no others: Nest takes 5 % of a read or more for an
   * interceptor that lets it pass. Here, since routes are made before any hook of a module is called.
   */
  constructor(discovery: DiscoveryService, scanner: MetadataScanner, interceptor: ChangeInterceptor) {
    const intercept = UseInterceptors(interceptor) as MethodDecorator;
    for (const value of changingHandlers(discovery, scanner)) intercept(value, '', { value });
  }
}
