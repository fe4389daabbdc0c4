/**
 * Context variables in settings: `${name}` stays as written when it has no value, `$!{name}` becomes empty.
 * Source: the console guide's list of context variables.
 */

/** A variable of a template. `argument` is the NAME of request.path.NAME, request.header.NAME and the like. */
export interface ContextVariable {
  readonly source: ContextSource;
  readonly argument: string;
}

/** A piece of a parsed template. `written` is the variable as it stands in the text; `quiet` marks `$!{…}`. */
export type TemplatePiece =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'variable';
      readonly variable: ContextVariable;
      readonly written: string;
      readonly quiet: boolean;
    };

/** A text taken apart into what stands as it is and context variables. */
export type Template = readonly TemplatePiece[];

const PLAIN = [
  'request.clientIp',
  'request.host',
  'request.uri',
  'request.uriPath',
  'request.uriPattern',
  'request.scheme',
  'request.httpMethod',
  'request.timestamp',
  'response.httpStatus',
  'error.resultCode',
  'error.resultMessage',
] as const;
const WITH_ARGUMENT = ['request.path', 'request.queryString', 'request.header'] as const;

/** What a context variable reads. */
export type ContextSource = (typeof PLAIN)[number] | (typeof WITH_ARGUMENT)[number];

/** Thrown by {@link parseTemplate}; `message` says what is wrong. */
export class TemplateError extends Error {}

/**
 * Reads a template.
 * @throws TemplateError for a name that is no context variable and for a `${` that does not close.
 */
export function parseTemplate(text: string): Template {
  const pieces: TemplatePiece[] = [];
  const opening = /\$!?\{/g;
  let at = 0;
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    if (match.index > at) pieces.push({ kind: 'text', text: text.slice(at, match.index) });
    const start = match.index + match[0].length;
    const close = text.indexOf('}', start);
    if (close < 0) throw new TemplateError(`${match[0]} without }`);
    const name = text.slice(start, close);
    const written = text.slice(match.index, close + 1);
    pieces.push({ kind: 'variable', variable: parseVariable(name, written), written, quiet: match[0] === '$!{' });
    at = close + 1;
    opening.lastIndex = at;
  }
  if (at < text.length) pieces.push({ kind: 'text', text: text.slice(at) });
  return pieces;
}

function parseVariable(name: string, written: string): ContextVariable {
  const plain = PLAIN.find((candidate) => candidate === name);
  if (plain) return { source: plain, argument: '' };
  const source = WITH_ARGUMENT.find((candidate) => name.startsWith(`${candidate}.`));
  const argument = source ? name.slice(source.length + 1) : '';
  if (!source || argument === '' || /[\s{}$]/.test(argument))
    throw new TemplateError(`${written} is no context variable`);
  return { source, argument };
}

/** Names of the path variables that a template uses, `x+` for `${request.path.x+}`. */
export function pathVariablesOf(template: Template): string[] {
  return template.flatMap((piece) =>
    piece.kind === 'variable' && piece.variable.source === 'request.path' ? [piece.variable.argument] : [],
  );
}

/** The template of a path that is just the one of the request, for a valid resource path: `/a/{x}` to `/a/${request.path.x}`. */
export function templateOfPath(path: string): string {
  return path.replace(/\{([^}]*)\}/g, (_written, name: string) => `\${request.path.${name}}`);
}
