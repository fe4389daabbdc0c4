/** What a shell block is followed by: what the reader is told to see. */
export interface ExpectedOutput {
  readonly language: 'json' | 'text';
  readonly text: string;
}

/** A shell block of a document. */
export interface ShellBlock {
  readonly file: string;
  /** Line of its first command, from 1. */
  readonly line: number;
  readonly code: string;
  /** Null: it has to print nothing. */
  readonly expected: ExpectedOutput | null;
  /** Why it is not run, from `<!-- not run: … -->` above it. */
  readonly reason: string | null;
  /** The test that runs it in surroundings of its own, from `<!-- run by: … -->` above it. */
  readonly runBy: string | null;
}

interface Fence {
  /** What follows the backquotes. */
  readonly language: string;
  readonly line: number;
  readonly text: string;
  /** The last line above it that is not empty, and whether that is the end of the fence before it. */
  readonly above: string;
  readonly follows: boolean;
}

const FENCE = /^( *)```(.*)$/;

/** The shell blocks of a markdown text, in their order. */
export function shellBlocks(file: string, markdown: string): ShellBlock[] {
  const fences = readFences(markdown);
  return fences.flatMap((fence, index) => {
    if (fence.language !== 'sh') return [];
    return [
      {
        file,
        line: fence.line,
        code: fence.text,
        expected: expectedOf(fences[index + 1]),
        reason: /^<!-- not run: (.+) -->$/.exec(fence.above)?.[1] ?? null,
        runBy: /^<!-- run by: (.+) -->$/.exec(fence.above)?.[1] ?? null,
      },
    ];
  });
}

/** Languages of the fences of a markdown text, with their lines. */
export function fenceLanguages(markdown: string): { language: string; line: number }[] {
  return readFences(markdown).map(({ language, line }) => ({ language, line }));
}

/** A markdown text without its fences and code spans. */
export function proseOf(markdown: string): string {
  const prose: string[] = [];
  let isInside = false;
  for (const line of markdown.split('\n')) {
    if (FENCE.test(line)) isInside = !isInside;
    else if (!isInside) prose.push(line.replaceAll(/`[^`]*`/g, ''));
  }
  return prose.join('\n');
}

function expectedOf(next: Fence | undefined): ExpectedOutput | null {
  if (!next?.follows || (next.language !== 'json' && next.language !== 'text')) return null;
  return { language: next.language, text: next.text };
}

function readFences(markdown: string): Fence[] {
  const fences: Fence[] = [];
  let open: { language: string; line: number; above: string; follows: boolean; indent: number } | null = null;
  let above = '';
  let content: string[] = [];
  for (const [index, line] of markdown.split('\n').entries()) {
    const [, indent = '', language = ''] = FENCE.exec(line) ?? [];
    const isFence = FENCE.test(line);
    if (open === null && isFence) {
      open = { language, line: index + 2, above, follows: above === '```', indent: indent.length };
      content = [];
    } else if (open !== null && isFence) {
      fences.push({ ...open, text: content.map((one) => `${one}\n`).join('') });
      open = null;
      above = '```';
    } else if (open !== null) {
      content.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)));
    } else if (line.trim() !== '') {
      above = line.trim();
    }
  }
  if (open !== null) throw new Error(`The fence of line ${open.line - 1} has no end`);
  return fences;
}
