import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, type ErrorDetail } from '../errors/index.js';
import { failure } from './envelope.js';
import { noteFailure } from './etag.js';
import { isManagementUrl, isV1, routeOrUrl } from './routes.js';
import type { Settings } from './settings.js';
import { isTokenUrl, oauthAnswerOf } from './token-endpoints.js';

/** Turns an error of another layer (the database) into the AppError that answers it; gives others back unchanged. */
export type ErrorTranslation = (error: unknown) => unknown;

/** The one place where failures become answers. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly log = new Logger('Failure');

  constructor(
    private readonly settings: Settings,
    private readonly translate: ErrorTranslation,
    /** Is told of every call whose appKey, token or access key opened nothing. */
    private readonly onFailedLogin: (request: FastifyRequest) => void,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.send(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Answers a failure; also used for requests that no handler sees (a URL that cannot be decoded). */
  send(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error = this.isTurnedOff(request) ? new AppError('URL_NOT_FOUND') : this.toAppError(thrown);
    if (error.httpStatus >= 500) this.logFault(error, request);
    if (error.httpStatus === 401) this.onFailedLogin(request);
    if (reply.sent) return;
    noteFailure(reply);
    const { fields, headers } = isTokenUrl(routeOrUrl(request)) ? oauthAnswerOf(error) : { fields: {}, headers: {} };
    void reply
      .status(this.statusOf(error, request))
      .headers(headers)
      .send({ ...failure(error), ...fields });
  }

  /** A URL that cannot be decoded has reached no route, and so not what turns v1.0 off. */
  private isTurnedOff(request: FastifyRequest): boolean {
    return !this.settings.isV1Enabled && isV1(routeOrUrl(request));
  }

  /** Probes and gateways go by the status, so the policy for clients of the management API must not reach them. */
  private statusOf(error: AppError, request: FastifyRequest): number {
    return this.settings.alwaysStatus200 && isManagementUrl(routeOrUrl(request)) ? 200 : error.httpStatus;
  }

  private toAppError(thrown: unknown): AppError {
    const translated = this.translate(thrown);
    if (translated instanceof AppError) return translated;
    return fromFramework(translated) ?? new AppError('FAIL', [], { cause: translated });
  }

  private logFault(error: AppError, request: FastifyRequest): void {
    const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : error.stack;
    this.log.error(`${request.id} ${request.method} ${request.routeOptions.url ?? ''} ${error.key}`, cause);
  }
}

/** Errors that Fastify and Nest raise before a handler runs: no such route, a body that cannot be read. */
function fromFramework(thrown: unknown): AppError | null {
  const status = thrown instanceof HttpException ? thrown.getStatus() : declaredStatus(thrown);
  if (status === 404) return new AppError('URL_NOT_FOUND');
  if (status === null || status >= 500) return null;
  const message = thrown instanceof Error ? thrown.message : 'cannot be read';
  const detail: ErrorDetail = { property: 'request', field: 'body', message };
  return new AppError('INVALID_PARAMETER', [detail], { cause: thrown });
}

function declaredStatus(thrown: unknown): number | null {
  const status = thrown instanceof Error ? (thrown as { statusCode?: unknown }).statusCode : null;
  return typeof status === 'number' ? status : null;
}
