import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorCatalog } from '../../src/errors/index.js';
import type { Api, HeadedAnswer } from '../harness/api.js';
import { EveryWrite } from '../harness/every-write.js';
import { expectError, fiftyAtOnce } from '../harness/expectations.js';
import { databaseFingerprint } from '../harness/fingerprint.js';
import { type ApiOperation, listOperations } from '../harness/operations.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { clientOf } from '../harness/two-control-planes.js';

const { code: FAILED } = errorCatalog.PRECONDITION_FAILED;
/** Operations on things whose state nothing shows as one answer, each with the reason. */
const WITHOUT_CONDITION: Readonly<Record<string, string>> = {
  disconnectApiKeys: 'its subscriptions are shown page by page',
};

let stack: PrivateStack;
let api: Api;
let operations: ApiOperation[];

beforeAll(async () => {
  stack = await startPrivateStack({ controlPlanes: 2 });
  api = await stack.newProject();
  const all = await listOperations(stack.address.controlUrl);
  operations = all.filter(({ access }) => access !== 'appKey and token');
});

afterAll(() => stack.stop());

const etagOf = ({ headers }: HeadedAnswer): string => headers.get('etag') ?? '';

/** Changes a service's name. */
function rename(client: Api, path: string, name: string, etag?: string): Promise<HeadedAnswer> {
  return client.call('PUT', path, { apigwServiceName: name }, etag === undefined ? {} : { 'if-match': etag });
}

describe('an entity tag', () => {
  it('is on every answer to GET, and the same as long as the answer is', async () => {
    const path = `/services/${await api.createService()}`;
    const [first, again] = [await api.call('GET', path), await api.call('GET', path)];
    expect(etagOf(first)).toMatch(/^"[\w-]{22}"$/);
    expect(etagOf(again)).toBe(etagOf(first));
    await api.ok('PUT', path, { apigwServiceName: 'other' });
    expect(etagOf(await api.call('GET', path))).not.toBe(etagOf(first));
    for (const list of ['/services', '/apikeys', '/usage-plans', '/custom-domains']) {
      expect(etagOf(await api.call('GET', list))).not.toBe('');
    }
    expect(etagOf(await api.call('GET', '/services/none'))).toBe('');
  });

  it('spares whoever has the answer its body', async () => {
    const path = `/services/${await api.createService()}`;
    const etag = etagOf(await api.call('GET', path));
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const answer = await api.call('GET', path, undefined, { 'if-none-match': known });
      expect([answer.status, answer.body, etagOf(answer)]).toEqual([304, '', etag]);
    }
    for (const other of ['"x"', 'rubbish']) {
      expect((await api.call('GET', path, undefined, { 'if-none-match': other })).status).toBe(200);
    }
  });

  it('of a write that answers with what it has made is the one of the next GET', async () => {
    const path = `/services/${await api.createService()}`;
    const answer = await rename(api, path, 'renamed');
    expect(etagOf(answer)).not.toBe('');
    expect(etagOf(await api.call('GET', path))).toBe(etagOf(answer));
  });
});

describe('If-Match', () => {
  it('lets a write through on the state that it names', async () => {
    const path = `/services/${await api.createService()}`;
    const first = etagOf(await api.call('GET', path));
    const second = etagOf(await rename(api, path, 'b', first));
    expect((await rename(api, path, 'c', `"x", ${second}`)).status).toBe(200);
    expect((await rename(api, path, 'd', '*')).status).toBe(200);
    expectError(await rename(api, path, 'e', `W/${etagOf(await api.call('GET', path))}`), 'PRECONDITION_FAILED');
    const { apigwService } = await api.ok('GET', path);
    expect(apigwService.apigwServiceName).toBe('d');
  });

  it('names what is broken in it, and where it has no meaning', async () => {
    const path = `/services/${await api.createService()}`;
    expectError(await rename(api, path, 'b', 'no tag'), 'INVALID_PARAMETER', ['If-Match']);
    const service = { regionCode: 'KR1', apigwServiceName: 'x' };
    const created = await api.call('POST', '/services', service, { 'if-match': '*' });
    expectError(created, 'INVALID_PARAMETER', ['If-Match']);
  });

  it('leaves it to the operation to say that there is nothing', async () => {
    expectError(await rename(api, '/services/none', 'b', '"x"'), 'SERVICE_NOT_FOUND');
  });

  it('lets one of fifty clients of two control planes through that know the same state, and loses no write', async () => {
    const path = `/services/${await api.createService()}`;
    const etag = etagOf(await api.call('GET', path));
    const counts = await fiftyAtOnce((at) => rename(clientOf(stack, api, at), path, `name ${at}`, etag));
    expect(counts).toEqual({ 0: 1, [FAILED]: 49 });
  });

  it('holds for what lies below another lock: methods, plugins, stage settings', async () => {
    const writes = await EveryWrite.on(stack);
    for (const id of ['modifyResourceMethod', 'modifyStageResource', 'modifyUsagePlan', 'modifyModel']) {
      const operation = operations.find((one) => one.id === id);
      if (!operation?.shownBy) throw new Error(`${id} has no condition`);
      const etag = etagOf(
        await writes.clientOf(operation).callPath('GET', writes.pathOf(operation, operation.shownBy)),
      );
      const counts = await fiftyAtOnce(() => writes.call(operation, { 'if-match': etag }));
      expect([id, counts]).toEqual([id, { 0: 1, [FAILED]: 49 }]);
    }
  });
});

describe('every operation that changes a thing', () => {
  it('takes If-Match, but for those that a reason is given for', () => {
    const without = operations.filter(({ method, shownBy }) => ['PUT', 'DELETE'].includes(method) && !shownBy);
    expect(without.map(({ id }) => id).toSorted()).toEqual(Object.keys(WITHOUT_CONDITION).toSorted());
  });

  it('is refused with 412 for an old state, and changes nothing', async () => {
    const writes = await EveryWrite.on(stack);
    const conditional = operations.filter(({ shownBy }) => shownBy);
    const before = await databaseFingerprint(stack);
    const answers: [string, number][] = [];
    for (const operation of conditional) {
      const { body } = await writes.call(operation, { 'if-match': '"old"' });
      answers.push([operation.id, body.header.resultCode]);
    }
    expect(answers).toEqual(conditional.map(({ id }) => [id, FAILED]));
    expect(await databaseFingerprint(stack)).toEqual(before);
  });

  it('is let through on the state that is shown', async () => {
    const writes = await EveryWrite.on(stack);
    // What is below goes before what it is in.
    const depth = ({ template }: ApiOperation): number => template.split('/').length;
    const conditional = operations
      .filter(({ shownBy }) => shownBy)
      .toSorted((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE') || depth(b) - depth(a));
    const refused: [string, number][] = [];
    for (const operation of conditional) {
      const shown = await writes.clientOf(operation).callPath('GET', writes.pathOf(operation, operation.shownBy ?? ''));
      const { body } = await writes.call(operation, { 'if-match': etagOf(shown) });
      if ([FAILED, -1].includes(body.header.resultCode)) refused.push([operation.id, body.header.resultCode]);
    }
    expect(refused).toEqual([]);
  });
});
