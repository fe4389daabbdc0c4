import type { Json } from './api.js';
import { noteAnswer } from './provoked-errors.js';

const documents = new Map<string, Promise<Json>>();
/** Codes that answer what is no operation at all. */
const UNDECLARED = new Set([0, 4041007]);

/** The OpenAPI document of a control plane, fetched once. */
export function openApiDocument(controlUrl: string): Promise<Json> {
  const known = documents.get(controlUrl) ?? fetch(`${controlUrl}/openapi.json`).then((answer) => answer.json());
  documents.set(controlUrl, known);
  return known;
}

/** Throws when an operation answers with a code that its OpenAPI description does not declare. */
export async function demandDeclared(controlUrl: string, method: string, path: string, code: number): Promise<void> {
  if (UNDECLARED.has(code)) return;
  const { paths } = await openApiDocument(controlUrl);
  const pathname = path.replace(/\?.*$/, '');
  const templates = Object.keys(paths).filter((template) => matches(template, pathname));
  const template = templates.toSorted((a, b) => placeholders(a) - placeholders(b))[0];
  const operation = template && paths[template][method.toLowerCase()];
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
