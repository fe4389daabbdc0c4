import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { mergeMap, type Observable } from 'rxjs';
import { Database } from '../../../database/index.js';
import { AppError } from '../../../errors/index.js';
import { isTokenGood } from './admission.queries.js';
import { gatewayCallerOf } from './gateway-caller.js';

/** A call that took no longer was let in just now. */
const RECHECK_AFTER_MS = 100;

/** Looks at the token again before a call that has waited is answered: it may have been revoked meanwhile. */
@Injectable()
export class StillGoodInterceptor implements NestInterceptor {
  constructor(private readonly database: Database) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { scope } = gatewayCallerOf(context.switchToHttp().getRequest<FastifyRequest>());
    if (scope === null) return next.handle();
    const letInAtMs = performance.now();
    return next.handle().pipe(
      mergeMap(async (answer: unknown) => {
        if (performance.now() - letInAtMs < RECHECK_AFTER_MS) return answer;
        if (!(await isTokenGood(this.database.client, scope.tokenId))) throw new AppError('TOKEN_INVALID');
        return answer;
      }),
    );
  }
}
