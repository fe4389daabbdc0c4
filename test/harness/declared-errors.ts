import type { Json } from './api.js';
import { noteSecretsIn } from './logged-secrets.js';
import { noteAnswer } from './provoked-errors.js';

const documents = new Map<string, Promise<Json>>();
const URL_NOT_FOUND = 4041007;

/** The OpenAPI document of a control plane, fetched once. */
export function openApiDocument(controlUrl: string): Promise<Json> {
  const known = documents.get(controlUrl) ?? fetch(`${controlUrl}/openapi.json`).then((answer) => answer.json());
  documents.set(controlUrl, known);
  return known;
}

/** {@link fetch} of a control plane, with {@link demandDeclared} for its answer. What is no JSON is given as a text. */
export async function fetchDeclared(
  controlUrl: string,
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; headers: Headers; body: Json }> {
  const answer = await fetch(controlUrl + path, init);
  const isJson = answer.headers.get('content-type')?.startsWith('application/json');
  const body: Json = await (isJson ? answer.json() : answer.text());
  noteSecretsIn(init.body);
  noteSecretsIn(body);
  // An API document, a file and an answer of the token endpoints have no header.
  await demandDeclared(controlUrl, init.method ?? 'GET', path, body.header?.resultCode ?? 0);
  return { status: answer.status, headers: answer.headers, body };
}

/**
 * Throws when an operation answers with a code that its OpenAPI description does not declare, or when something is
 * answered that is no operation, other than that there is none.
 */
export async function demandDeclared(controlUrl: string, method: string, path: string, code: number): Promise<void> {
  if (code === 0) return;
  const { paths } = await openApiDocument(controlUrl);
  const pathname = path.replace(/\?.*$/, '');
  const templates = Object.keys(paths).filter((template) => matches(template, pathname));
  const template = templates.toSorted((a, b) => placeholders(a) - placeholders(b))[0];
  const operation = template && paths[template][method.toLowerCase()];
  if (!operation && code === URL_NOT_FOUND) return;
  if (!operation) throw new Error(`${method} ${pathname} answered ${code}, but the OpenAPI document does not know it`);
  noteAnswer(operation.operationId, code);
  const declared: { code: number }[] = operation['x-error-codes'] ?? [];
  if (!declared.some((error) => error.code === code)) {
    throw new Error(`${operation.operationId} answered ${code}, which it does not declare`);
  }
}

function matches(template: string, pathname: string): boolean {
  return new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(pathname);
}

function placeholders(template: string): number {
  return template.split('{').length;
}
