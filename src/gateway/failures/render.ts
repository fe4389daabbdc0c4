import { type GatewayFailure, type GatewayFailureDefinition, gatewayFailures } from '../../errors/index.js';
import type { ResponseHead } from '../exchange.js';
import { addHeader, headerList, setHeader } from '../header-list.js';
import { findHeader } from '../headers.js';
import type { RequestContext } from '../request-context.js';
import type { LoadedGatewayResponse } from '../stages/index.js';
import { chooseContentType } from './accept.js';

export interface RenderedFailure {
  readonly head: ResponseHead;
  readonly body: string;
}

/**
 * Turns a failure into a response: the one that the stage's service has defined for its type, else the default.
 * The only place that does so; further wordings (of other vendors) would be further renderers here.
 */
export function renderFailure(failure: GatewayFailure, context: RequestContext): RenderedFailure {
  const definition: GatewayFailureDefinition = gatewayFailures[failure.failure];
  const message = failureMessage(failure);
  context.failure = { code: definition.code, message };
  const redefined = definition.type === null ? undefined : context.stage?.gatewayResponses.get(definition.type);
  if (redefined === undefined) {
    context.responseStatus = definition.status;
    return defaultFailure(failure);
  }
  if (redefined === null) {
    // Its own templates are broken, so that not even a redefined InvalidContextVariable can be trusted to be whole.
    context.responseStatus = gatewayFailures.ContextVariableBroken.status;
    return defaultFailure({ failure: 'ContextVariableBroken' });
  }
  return renderRedefined(redefined, definition, message, context);
}

/** The default response of a failure, for requests that belong to no stage too. */
export function defaultFailure(failure: GatewayFailure): RenderedFailure {
  const definition: GatewayFailureDefinition = gatewayFailures[failure.failure];
  const body = defaultBody(definition.code, failureMessage(failure));
  return { head: { status: definition.status, headers: headerList('Content-Type', 'application/json') }, body };
}

function renderRedefined(
  response: LoadedGatewayResponse,
  definition: GatewayFailureDefinition,
  message: string,
  context: RequestContext,
): RenderedFailure {
  // A status below 200 ends no exchange; the default's does.
  const status = response.status < 200 ? definition.status : response.status;
  context.responseStatus = status;
  const contentType = chooseContentType(context.header('accept'), [...response.bodies.keys()]);
  const template = contentType === null ? undefined : response.bodies.get(contentType);
  const body = template ? template(context) : defaultBody(definition.code, message);
  const headers = headerList();
  for (const { name, value } of response.headers) setHeader(headers, name, value(context));
  if (findHeader(headers, 'content-type') === null)
    addHeader(headers, 'Content-Type', contentType ?? 'application/json');
  return { head: { status, headers }, body };
}

function defaultBody(resultCode: number, resultMessage: string): string {
  return JSON.stringify({ header: { isSuccessful: false, resultCode, resultMessage } });
}

/** The message of a failure with its detail. */
export function failureMessage(failure: GatewayFailure): string {
  return gatewayFailures[failure.failure].message.replace('{detail}', () => failure.detail ?? '');
}
