import { type GatewayFailureDefinition, gatewayFailures } from '../../../errors/index.js';
import type { Explanation } from '../../../gateway/explain/index.js';
import type { ExplainedHeaderAnswer, ExplanationAnswer } from './explain.answers.js';
import { readableText } from './explain.rules.js';
import type { ExplainedRequest } from './explain.service.js';

/** An explanation as clients see it. */
export function presentExplanation(explained: ExplainedRequest): ExplanationAnswer {
  const { explanation, source, deploymentId, methodType } = explained;
  const { outcome, route, plugins, apiKeyId, backend, answer } = explanation;
  return {
    summary: summaryOf(explanation),
    outcome,
    isCertain: plugins.every(({ result }) => result !== 'ASSUMED'),
    source,
    deployId: deploymentId,
    route: route && { path: route.path, methodType: route.method, pathVariables: presentVariables(route.variables) },
    pluginList: plugins.map(({ type, origin, phase, result, requestsPerSecond }) => ({
      pluginType: type,
      origin: { path: origin.path, methodType: origin.method },
      phase,
      result,
      requestsPerSecond,
    })),
    apiKeyId,
    quota: presentQuota(explained),
    backend: backend && { url: backend.url, methodType, headerList: presentHeaders(backend.headers) },
    response: answer && {
      httpStatusCode: answer.status,
      headerList: presentHeaders(answer.headers),
      body: answer.body,
    },
    failure: presentFailure(explanation),
  };
}

function presentQuota({ explanation: { quota }, reportedAt }: ExplainedRequest): ExplanationAnswer['quota'] {
  if (!quota) return null;
  const { limit, used, periodEndsAtMs } = quota;
  return { limit, used, left: Math.max(0, limit - used), periodEndsAt: new Date(periodEndsAtMs), reportedAt };
}

function presentFailure({ failure }: Explanation): ExplanationAnswer['failure'] {
  if (!failure) return null;
  const { type }: GatewayFailureDefinition = gatewayFailures[failure.key];
  const { code: resultCode, message: resultMessage, hint } = failure;
  return { resultCode, resultMessage, gatewayResponseType: type, hint };
}

/** `x+` of a path is the variable x, whose value may hold slashes. */
function presentVariables(variables: ReadonlyMap<string, readonly string[]>): object {
  return Object.fromEntries([...variables].map(([name, segments]) => [name, segments.join('/')]));
}

function presentHeaders(headers: readonly string[]): ExplainedHeaderAnswer[] {
  return headers.flatMap((name, at) => (at % 2 === 0 ? [{ name, value: readableText(headers[at + 1] ?? '') }] : []));
}

function summaryOf({ outcome, route, plugins, backend, answer, failure }: Explanation): string {
  const what = route ? `${route.method} ${route.path}` : 'The request';
  if (outcome === 'BACKEND') return `${what} goes to ${backend?.url}.`;
  if (outcome === 'MOCK') return `${what} is answered with the status ${answer?.status} of its MOCK.`;
  if (outcome === 'PREFLIGHT') return `${what} is answered by the CORS setting of its path.`;
  const by = plugins.find(({ result }) => result === 'REFUSED');
  const place = by && `${by.type}, set on ${by.origin.method === null ? '' : `${by.origin.method} `}${by.origin.path}`;
  return `${what} fails${place ? ` in ${place}` : ''}: ${failure?.code} ${failure?.message}`;
}
