import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { findFreePort } from '../../src/main/dev/free-port.js';
import { administratorKey } from '../harness/administrator-key.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { readTour } from './support/library.js';
import { RUN_DOCUMENTS } from './support/run-documents.js';
import { differences, DOCUMENT_TIME_MS } from './support/shell.js';

let stack: PrivateStack;

beforeAll(async () => {
  stack = await startPrivateStack();
});

afterAll(() => stack.stop());

it.each(RUN_DOCUMENTS)(
  'answers every command of %s as it says',
  async (file) => {
    const tour = await readTour(file);
    expect(tour).not.toEqual([]);
    const { appKey } = await stack.newProject();
    const environment = {
      APP_KEY: appKey,
      CONTROL_PLANE: stack.address.controlUrl,
      GATEWAY: `http://127.0.0.1:${stack.gatewayPort}`,
      BACKEND_PORT: String(await findFreePort('127.0.0.1')),
      SECOND_PORT: String(await findFreePort('127.0.0.1')),
      ACCESS_KEY_ID: administratorKey.id,
      ACCESS_KEY_SECRET: administratorKey.secret,
    };
    expect(await differences(tour, environment)).toEqual([]);
  },
  DOCUMENT_TIME_MS,
);
