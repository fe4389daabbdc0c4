import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import type { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { operationOf } from '../../http/index.js';

/** The handlers of all operations that are to change something. */
export function changingHandlers(discovery: DiscoveryService, scanner: MetadataScanner): Set<object> {
  const handlers = new Set<object>();
  for (const { metatype } of discovery.getControllers()) {
    const prototype = metatype?.prototype as Readonly<Record<string, object>> | undefined;
    for (const name of scanner.getAllMethodNames(prototype ?? null)) {
      const handler = prototype?.[name];
      if (handler && changesSomething(handler)) handlers.add(handler);
    }
  }
  return handlers;
}

function changesSomething(handler: object): boolean {
  const operation = operationOf(handler);
  return !!operation && !operation.onlyReads && Reflect.getMetadata(METHOD_METADATA, handler) !== RequestMethod.GET;
}
