import { type CallHandler, type ExecutionContext, Injectable, Logger, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Change } from '../../database/index.js';
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
import { CallChange, type CallConditions } from './call-change.js';
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
    if (!keyed) return this.complete(await this.change(exchange, call, conditions, handle), null, reply);
    return this.idempotency.alone(keyed, async () => {
      const made = await this.changeOnce(keyed, () => this.change(exchange, call, conditions, handle));
      if (!(made instanceof Repeated)) return this.complete(made, keyed, reply);
      reply.header('Idempotency-Replayed', 'true');
      return made.answer;
    });
  }

  /**
   * Makes the change of a call with an Idempotency-Key, unless it was made before. That is looked for once before the
   * key is claimed: where a call with the key has ended in between, in another process, this change fails, by what that
   * one has made or at its end, and the answer of that one counts.
   */
  private async changeOnce<Given>(keyed: KeyedCall, change: () => Promise<Given>): Promise<Given | Repeated> {
    const known = await this.idempotency.find(keyed);
    if (known) return new Repeated(known);
    try {
      return await change();
    } catch (error) {
      const made = await this.idempotency.find(keyed);
      if (made) return new Repeated(made);
      throw error;
    }
  }

  /** Makes the change of a call and commits it. */
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
    const isAnswered = !(given instanceof AfterCommit);
    await change.settle(isAnswered ? given : given.answer);
    const { shown, operation, isDeletion } = conditions;
    if (isAnswered && shown?.metadata.answer === operation.answer && !isDeletion)
      reply.header('ETag', etagOf(JSON.stringify(given)));
    return given;
  }

  /** What a call is answered: the better answer where there is one after the commit, for repetitions too where it can be kept. */
  private async complete(given: unknown, keyed: KeyedCall | null, reply: FastifyReply): Promise<unknown> {
    if (!(given instanceof AfterCommit)) return given;
    const answer: unknown = await given.complete(whenGone(reply));
    if (keyed) {
      await this.idempotency.improve(keyed, answer).catch((error: unknown) => {
        this.log.warn('an answer was not kept; repetitions get what was known at first', error);
      });
    }
    return answer;
  }
}

/** A call has been made before; this is how it was answered. */
class Repeated {
  constructor(readonly answer: object) {}
}

/** A call by its Idempotency-Key; null without one. Its body is read for that. */
async function readKeyedCall(request: FastifyRequest, call: Call): Promise<KeyedCall | null> {
  const key = readIdempotencyKey(request);
  if (key === null) return null;
  if (request.body instanceof UnreadBody) request.body = await request.body.read();
  return { scope: call.scope, key, fingerprint: fingerprintOf(request, call, request.body) };
}
