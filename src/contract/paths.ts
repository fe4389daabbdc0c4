/** A piece of a path segment: text as it stands, or a variable (`rest` for `{x+}`). */
export type PathPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string; readonly rest: boolean };

/** Characters of a resource path. Source: the ranges of the published guide. */
export const MAX_PATH_LENGTH = 255;

const TEXT = /^[A-Za-z0-9.+\-_~]*$/;
const VARIABLE_NAME = /^[A-Za-z0-9._~-]+$/;

/** What is wrong with a resource path, in words, or null when it is right. Source: 400102006 of the error table. */
export function pathFault(path: string): string | null {
  if (!path.startsWith('/')) return 'must start with /';
  if (path.length > MAX_PATH_LENGTH) return `must not be longer than ${MAX_PATH_LENGTH} characters`;
  if (path === '/') return null;
  const segments = path.slice(1).split('/');
  const names = new Set<string>();
  for (const [index, segment] of segments.entries()) {
    if (segment === '' && index < segments.length - 1) return 'must not have an empty segment';
    if (segment === '.' || segment === '..') return 'must not have a segment . or ..';
    const pieces = parseSegment(segment);
    if (typeof pieces === 'string') return pieces;
    for (const piece of pieces) {
      if (piece.kind === 'text') continue;
      if (names.has(piece.name)) return `variable ${piece.name} stands twice`;
      names.add(piece.name);
      if (piece.rest && (pieces.length > 1 || index < segments.length - 1)) {
        return `{${piece.name}+} must be the whole last segment`;
      }
    }
  }
  return null;
}

/** Splits a segment into its pieces; a string is the fault. */
export function parseSegment(segment: string): PathPiece[] | string {
  const pieces: PathPiece[] = [];
  let at = 0;
  while (at < segment.length) {
    const open = segment.indexOf('{', at);
    const text = segment.slice(at, open < 0 ? undefined : open);
    if (text.includes('}')) return 'has a } without {';
    if (!TEXT.test(text)) return `has a character that is not allowed in "${text}"`;
    if (text !== '') pieces.push({ kind: 'text', text });
    if (open < 0) break;
    const close = segment.indexOf('}', open);
    if (close < 0) return 'has a { without }';
    const inner = segment.slice(open + 1, close);
    const rest = inner.endsWith('+');
    const name = rest ? inner.slice(0, -1) : inner;
    if (name === '') return 'has an empty variable';
    if (!VARIABLE_NAME.test(name)) return `has a variable name that is not allowed: "${name}"`;
    if (pieces.at(-1)?.kind === 'variable') return 'has two variables without text between them';
    pieces.push({ kind: 'variable', name, rest });
    at = close + 1;
  }
  return pieces;
}

/** Names of the variables that a valid path declares, `x+` for `{x+}`, in order. */
export function pathVariables(path: string): string[] {
  return [...path.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? '');
}

/** Whether a text can be the name of a path variable; `x+` is one that takes the rest. */
export function isVariableName(name: string): boolean {
  return VARIABLE_NAME.test(name.replace(/\+$/, ''));
}

/** Names a method, or with null the path, among the resources of a service or a stage. */
export function resourceKey({
  path,
  methodType,
}: {
  readonly path: string;
  readonly methodType: string | null;
}): string {
  return `${methodType ?? ''} ${path}`;
}

/** The path above, null for the root. */
export function parentPathOf(path: string): string | null {
  if (path === '/') return null;
  const cut = path.lastIndexOf('/');
  return cut === 0 ? '/' : path.slice(0, cut);
}

/** The path and all paths above it, root first. */
export function withAncestors(path: string): string[] {
  const chain: string[] = [];
  for (let at: string | null = path; at !== null; at = parentPathOf(at)) chain.unshift(at);
  return chain;
}

/** The path with every variable written `{}`: paths that differ only in variables have the same pattern. */
export function pathPatternOf(path: string): string {
  return path.replace(/\{[^}]*\}/g, '{}');
}

/** Whether `path` lies below `ancestor` (and is not it). */
export function isBelow(path: string, ancestor: string): boolean {
  return path !== ancestor && (ancestor === '/' || path.startsWith(`${ancestor}/`));
}
