import { type CallHandler, type ExecutionContext, Injectable, Logger, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Change, Database } from '../../database/index.js';
import {
  AfterCommit,
  etagOf,
  type OperationMetadata,
  operationOf,
  Settings,
  UnreadBody,
  whenGone,
} from '../../http/index.js';
import { type Call, describeCall } from './call.js';
import { CallChange, type CallConditions, Repeated } from './call-change.js';
import { fingerprintOf, readIdempotencyKey } from './idempotency/idempotency-key.rules.js';
import type { KeyedCall } from './idempotency/idempotency.queries.js';
import { IdempotencyService } from './idempotency/idempotency.service.js';
import { readPrecondition } from './precondition.rules.js';
import { Representations } from './representations.js';

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Makes a change of a call that is to change something: see {@link CallChange} for what belongs to one. */
@Injectable()
export class ChangeInterceptor implements NestInterceptor {
  private readonly log = new Logger(ChangeInterceptor.name);

  constructor(
    private readonly database: Database,
    private readonly representations: Representations,
    private readonly idempotency: IdempotencyService,
    private readonly settings: Settings,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const exchange = { request: http.getRequest<FastifyRequest>(), reply: http.getResponse<FastifyReply>() };
    const operation = operationOf(context.getHandler());
    if (!operation) throw new Error('Only operations can be changes');
    return from(this.answer(exchange, operation, () => lastValueFrom(next.handle())));
  }

  private async answer(exchange: Exchange, operation: OperationMetadata, handle: () => Promise<unknown>) {
    const { request, reply } = exchange;
    const call = describeCall(request, this.settings);
    const shown = this.representations.find(operation, request, reply);
    const precondition = readPrecondition(request, shown !== null);
    const keyed = await readKeyedCall(request, call);
    const conditions = { operation, isDeletion: request.method === 'DELETE', shown, precondition, keyed };
    const change = () => this.change(exchange, call, conditions, handle);
    return keyed ? this.idempotency.alone(keyed, () => this.changeOnce(exchange, keyed, change)) : change();
  }

  /** The answer to a call with an Idempotency-Key: the first one when it was made before. */
  private async changeOnce({ reply }: Exchange, keyed: KeyedCall, change: () => Promise<unknown>): Promise<unknown> {
    try {
      const known = await this.idempotency.find(this.database.client, keyed);
      if (!known) return await change();
      throw new Repeated(known);
    } catch (error) {
      if (!(error instanceof Repeated)) throw error;
      reply.header('Idempotency-Replayed', 'true');
      return error.answer;
    }
  }

  private async change(
    { reply }: Exchange,
    call: Call,
    conditions: CallConditions,
    handle: () => Promise<unknown>,
  ): Promise<unknown> {
    const change = new Change(new CallChange(call, conditions, this.idempotency));
    const given = await change.run(handle).catch(async (error: unknown) => {
      await change.abandon(error);
      throw error;
    });
    const answer = given instanceof AfterCommit ? (given.answer as unknown) : given;
    await change.settle(answer);
    const { shown, operation, keyed, isDeletion } = conditions;
    if (given instanceof AfterCommit) return this.complete(given, keyed, whenGone(reply));
    if (shown?.metadata.answer === operation.answer && !isDeletion)
      reply.header('ETag', etagOf(JSON.stringify(answer)));
    return answer;
  }

  /** The better answer, for repetitions too where it can be kept. */
  private async complete(given: AfterCommit<unknown>, keyed: KeyedCall | null, gone: AbortSignal): Promise<unknown> {
    const answer = await given.complete(gone);
    if (keyed) {
      await this.idempotency.improve(keyed, answer).catch((error: unknown) => {
        this.log.warn('an answer was not kept; repetitions get what was known at first', error);
      });
    }
    return answer;
  }
}

/** A call by its Idempotency-Key; null without one. Its body is read for that. */
async function readKeyedCall(request: FastifyRequest, call: Call): Promise<KeyedCall | null> {
  const key = readIdempotencyKey(request);
  if (key === null) return null;
  if (request.body instanceof UnreadBody) request.body = await request.body.read();
  return { scope: call.scope, key, fingerprint: fingerprintOf(request, call, request.body) };
}
