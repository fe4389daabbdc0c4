import { expect, it } from '@jest/globals';
import { KeptSchemas } from '../../../src/gateway/explain/index.js';
import { BodySchema } from '../../../src/gateway/plugins/request-validator/body-schema.js';

it('makes a schema once for as long as it is among the last fifty, so that a slow one stays known as slow', () => {
  const schemas = new KeptSchemas();
  const made: string[] = [];
  const get = (hash: string) =>
    schemas.get(hash, () => {
      made.push(hash);
      return new BodySchema({ type: 'object' });
    });
  const first = get('first');
  for (let at = 0; at < 49; at += 1) get(`other${at}`);
  expect(get('first')).toBe(first);
  expect(made.filter((hash) => hash === 'first')).toHaveLength(1);
  expect(schemas.size).toBe(50);
  for (let at = 50; at < 150; at += 1) get(`other${at}`);
  expect(schemas.size).toBe(50);
});
