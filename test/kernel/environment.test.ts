import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';
import { parseEnvironment, portVariable } from '../../src/kernel/environment.js';

const PROJECT = new URL('../../', import.meta.url);
const CONTROL_PLANE = 'src/http/settings.ts';
const GATEWAY = 'src/gateway/settings.ts';
const SCHEMAS = [CONTROL_PLANE, GATEWAY, 'src/main/dev/settings.ts'];

/** Variables that no process of ours reads. */
const ONLY_FOR_COMPOSE = ['POSTGRES_PASSWORD'];
/** What is fixed inside a container; Compose publishes the ports where the variables say. */
const FIXED_IN_CONTAINER = ['PORT', 'HOST', 'GATEWAY_PORT', 'GATEWAY_HOST', 'DATA_DIR'];

async function read(path: string): Promise<string> {
  return readFile(new URL(path, PROJECT), 'utf8');
}

/** Names of the variables that a file with a schema of settings reads. */
async function variablesOf(path: string): Promise<string[]> {
  return Array.from((await read(path)).matchAll(/^ {2}([A-Z][A-Z0-9_]+): /gm), ([, name]) => name ?? '');
}

describe('settings from the environment', () => {
  const schema = z.object({
    PORT: z.coerce.number().max(9, 'must be at most 9').default(3),
    NAME: z.string(),
    LISTEN: portVariable(1).default(80),
  });

  it('take the default for a variable that is empty', () => {
    expect(parseEnvironment(schema, { PORT: '', NAME: 'a' })).toEqual({ PORT: 3, NAME: 'a', LISTEN: 80 });
  });

  it('are refused with the name of every bad variable', () => {
    expect(() => parseEnvironment(schema, { PORT: '10' })).toThrow(
      'Bad settings in the environment. PORT: must be at most 9; NAME: must be set',
    );
  });

  it.each(['0', '65536', '80.5', 'http'])('refuse %p as a port in plain words', (text) => {
    expect(() => parseEnvironment(schema, { NAME: 'a', LISTEN: text })).toThrow(
      'Bad settings in the environment. LISTEN: must be a port from 1 to 65535',
    );
  });

  it('refuse what is no number in plain words', () => {
    expect(() => parseEnvironment(schema, { NAME: 'a', PORT: 'x' })).toThrow('PORT: must be a number');
  });
});

describe('.env.example', () => {
  it('documents every variable that is read, and no other', async () => {
    const known = (await Promise.all(SCHEMAS.map(variablesOf))).flat();
    const documented = Array.from((await read('.env.example')).matchAll(/^#([A-Z][A-Z0-9_]+)=/gm), ([, name]) => name);
    expect(documented.toSorted()).toEqual([...new Set([...known, ...ONLY_FOR_COMPOSE])].toSorted());
  });

  it('sets nothing, so that a copy changes nothing', async () => {
    expect((await read('.env.example')).split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });
});

describe('docker-compose.yml', () => {
  it.each([
    ['control-plane', CONTROL_PLANE],
    ['gateway', GATEWAY],
  ])('gives %s every variable that it reads, and no other', async (service, schema) => {
    const { services } = parse(await read('docker-compose.yml')) as {
      services: Record<string, { environment: Record<string, string> }>;
    };
    const known = (await variablesOf(schema)).filter((name) => !FIXED_IN_CONTAINER.includes(name));
    expect(Object.keys(services[service]?.environment ?? {}).toSorted()).toEqual(known.toSorted());
  });
});
