import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { parseEnvironment } from '../../src/kernel/environment.js';

const PROJECT = new URL('../../', import.meta.url);
const SCHEMAS = ['src/http/settings.ts', 'src/gateway/settings.ts', 'src/main/dev/settings.ts'];

/** Variables that no process of ours reads. */
const ONLY_FOR_COMPOSE = ['POSTGRES_PASSWORD'];

async function read(path: string): Promise<string> {
  return readFile(new URL(path, PROJECT), 'utf8');
}

describe('settings from the environment', () => {
  const schema = z.object({
    PORT: z.coerce.number().max(9, 'must be at most 9').default(3),
    NAME: z.string('must be set'),
  });

  it('take the default for a variable that is empty', () => {
    expect(parseEnvironment(schema, { PORT: '', NAME: 'a' })).toEqual({ PORT: 3, NAME: 'a' });
  });

  it('are refused with the name of every bad variable', () => {
    expect(() => parseEnvironment(schema, { PORT: '10' })).toThrow(
      'Bad settings in the environment. PORT: must be at most 9; NAME: must be set',
    );
  });
});

describe('.env.example', () => {
  it('documents every variable that is read, and no other', async () => {
    const sources = await Promise.all(SCHEMAS.map(read));
    const known = sources.flatMap((source) =>
      Array.from(source.matchAll(/^ {2}([A-Z][A-Z_]+): /gm), ([, name]) => name),
    );
    const documented = Array.from((await read('.env.example')).matchAll(/^#([A-Z_]+)=/gm), ([, name]) => name);
    expect(documented.toSorted()).toEqual([...new Set([...known, ...ONLY_FOR_COMPOSE])].toSorted());
  });

  it('sets nothing, so that a copy changes nothing', async () => {
    expect((await read('.env.example')).split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });
});
