import { Injectable, type OnApplicationBootstrap, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { DiscoveryService, ExternalContextCreator, MetadataScanner } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Database, type Queries } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { type OperationMetadata, operationOf } from '../../http/index.js';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<object>;

/** An operation that shows a thing. */
export interface Representation {
  readonly metadata: OperationMetadata;
  /** Its answer as a transaction sees the thing; null when there is none. */
  read(queries: Queries): Promise<object | null>;
}

interface ReadOperation {
  readonly metadata: OperationMetadata;
  readonly handler: Handler;
}

/**
 * What operations that change something have changed, as those show it that read it. One description of a thing serves
 * its readers, the entity tags of their answers, the conditions of writers and the audit log.
 */
@Injectable()
export class Representations implements OnApplicationBootstrap {
  private readonly byRoute = new Map<string, ReadOperation>();
  private readonly byId = new Map<string, ReadOperation>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly externalContext: ExternalContextCreator,
    private readonly database: Database,
  ) {}

  /** Finds the operations that read. */
  onApplicationBootstrap(): void {
    for (const { instance } of this.discovery.getControllers()) {
      if (typeof instance !== 'object' || instance === null) continue;
      for (const name of this.scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object)) {
        this.add(instance as Readonly<Record<string, unknown>>, name);
      }
    }
  }

  private add(controller: Readonly<Record<string, unknown>>, name: string): void {
    const callback = controller[name] as (...args: unknown[]) => unknown;
    const metadata = operationOf(callback);
    if (!metadata || Reflect.getMetadata(METHOD_METADATA, callback) !== RequestMethod.GET) return;
    const read = { metadata, handler: this.handlerOf(controller, callback, name) };
    this.byId.set(metadata.id, read);
    const prefixes = [Reflect.getMetadata(PATH_METADATA, controller.constructor) as string | string[]].flat();
    const path = Reflect.getMetadata(PATH_METADATA, callback) as string;
    for (const prefix of prefixes) this.byRoute.set(routeOf(prefix, path), read);
  }

  /** The handler as a function of the request, with its pipes, without guards: whoever may change may look. */
  private handlerOf(controller: object, callback: (...args: unknown[]) => unknown, name: string): Handler {
    const parameters = { exchangeKeyForValue };
    const options = { guards: false, interceptors: false, filters: false };
    return this.externalContext.create(
      controller,
      callback,
      name,
      ROUTE_ARGS_METADATA,
      parameters,
      undefined,
      undefined,
      options,
    ) as Handler;
  }

  /** What shows the thing that a call changes; null when no operation does. */
  find(operation: OperationMetadata, request: FastifyRequest, reply: FastifyReply): Representation | null {
    const read = this.readOperation(operation, request);
    if (!read) return null;
    const { metadata, handler } = read;
    return {
      metadata,
      read: (queries) =>
        this.database
          .readWithin(queries, () => handler(request, reply))
          .catch((error: unknown) => {
            if (error instanceof AppError) return null;
            throw error;
          }),
    };
  }

  private readOperation({ id, changes }: OperationMetadata, request: FastifyRequest): ReadOperation | null {
    if (changes === null) return null;
    if (changes === undefined) {
      return request.method === 'POST' ? null : (this.byRoute.get(request.routeOptions.url ?? '') ?? null);
    }
    const read = this.byId.get(changes);
    if (!read) throw new Error(`${id} changes what ${changes} shows, but there is no such operation`);
    return read;
  }
}

/** The route of a handler, as Fastify names it. */
function routeOf(prefix: string, path: string): string {
  return `/${prefix}/${path}`.replace(/\/+/g, '/').replace(/\/$/, '');
}

/** A parameter of a handler that reads: of the path as the request has it, of the query as if there were none. */
function exchangeKeyForValue(type: RouteParamtypes, data: unknown, [request]: [FastifyRequest]): unknown {
  if (type === RouteParamtypes.PARAM) {
    const names = request.params as Record<string, string>;
    return typeof data === 'string' ? names[data] : names;
  }
  return type === RouteParamtypes.QUERY ? {} : null;
}
