import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newId, newSecret } from '../../src/kernel/ids.js';
import { guardFormula, unguardFormula } from '../../src/modules/api-keys/csv/csv.rules.js';
import type { Api, ApiAnswer, Json } from '../harness/api.js';
import { demandDeclared } from '../harness/declared-errors.js';
import { expectError, fiftyAtOnce } from '../harness/expectations.js';
import { withRowFault } from '../harness/faults.js';
import { type Stack, useStack } from '../harness/stack.js';

const HEADER = 'apiKeyName,apiKeyDescription,apiKeyStatus,primaryApiKey,secondaryApiKey';
const ODD_NAMES = [
  'comma, here',
  'say "hello"',
  'two\nlines',
  'two\rlines',
  'Windows\r\nlines',
  '한국어 이름',
  '=1+1',
  "'=1+1",
  "''=1",
  "'quoted",
  '+82',
  '-1',
  '@SUM(A1)',
  '\ttab',
  '＝전각',
  ' spaces ',
  '"',
  '\uFEFFmark',
];

let stack: Stack;
let api: Api;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
});

const custom = (): string => newSecret().slice(0, 20);
const url = (path: string, client = api) => `${client.controlUrl}/v1.0/appkeys/${client.appKey}${path}`;
const list = async (client = api): Promise<Json[]> => (await client.ok('GET', '/apikeys?limit=1000')).apiKeyList;

async function exported(query = ''): Promise<string> {
  const answer = await fetch(url(`/apikeys/export${query}`));
  expect(answer.status).toBe(200);
  // The text as it stands: text() would take the byte order mark away.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await answer.arrayBuffer());
}

async function importFile(body: string | Buffer, client = api, type = 'text/csv'): Promise<ApiAnswer> {
  const answer = await fetch(url('/apikeys/import', client), {
    method: 'POST',
    body,
    headers: { 'content-type': type },
  });
  const parsed: Json = await answer.json();
  const path = new URL(answer.url).pathname;
  await demandDeclared(client.controlUrl, 'POST', path, parsed.header.resultCode);
  return { status: answer.status, body: parsed };
}

const file = (...rows: string[]): string => [HEADER, ...rows, ''].join('\r\n');
const contentOf = ({ apiKeyName, apiKeyDescription, apiKeyStatus, primaryApiKey, secondaryApiKey }: Json) => ({
  apiKeyName,
  apiKeyDescription,
  apiKeyStatus,
  primaryApiKey,
  secondaryApiKey,
});

describe('the guard against formulas', () => {
  it('leaves nothing that a spreadsheet would evaluate, and is undone exactly', () => {
    const pieces = fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', '＝', 'a', '1', ' ');
    fc.assert(
      fc.property(fc.string({ unit: pieces, maxLength: 6 }), (text) => {
        expect(guardFormula(text)).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        expect(unguardFormula(guardFormula(text))).toBe(text);
      }),
    );
  });
});

describe('the export of API keys', () => {
  it('is a CSV file to be kept, which spreadsheets take for UTF-8', async () => {
    await api.ok('POST', '/apikeys', { apiKeyName: '열쇠', apiKeyStatus: 'ACTIVE', apiKeyDescription: 'a, b' });
    const [key] = await list();
    const answer = await fetch(url('/apikeys/export'));
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="api-keys.csv"');
    expect(await exported()).toBe(
      `\uFEFF${HEADER}\r\n열쇠,"a, b",ACTIVE,${key.primaryApiKey},${key.secondaryApiKey}\r\n`,
    );
  });

  it('holds all keys that the filters of the list leave, and the header alone when there is none', async () => {
    for (const [apiKeyName, apiKeyStatus] of [
      ['one', 'ACTIVE'],
      ['other', 'INACTIVE'],
      ['two', 'ACTIVE'],
    ]) {
      await api.ok('POST', '/apikeys', { apiKeyName, apiKeyStatus });
    }
    const names = async (query: string) => [...(await exported(query)).matchAll(/^(\w+),,/gm)].map(([, name]) => name);
    expect(await names('')).toEqual(['one', 'other', 'two']);
    expect(await names('?apiKeyStatus=ACTIVE')).toEqual(['one', 'two']);
    expect(await names('?apiKeyName=o&apiKeyStatus=INACTIVE')).toEqual(['other']);
    const [{ apiKeyId, primaryApiKey }] = await list();
    expect(await names(`?apiKey=${primaryApiKey}`)).toEqual(['one']);
    expect(await names(`?apiKeyId=${apiKeyId}`)).toEqual(['one']);
    expect(await exported('?apiKeyName=nothing')).toBe(`\uFEFF${HEADER}\r\n`);
    expectError(await api.call('GET', '/apikeys/export?page=1'), 'INVALID_PARAMETER', ['page']);
  });

  it('holds keys of its own project alone', async () => {
    const stranger = await stack.newProject();
    await stranger.ok('POST', '/apikeys', { apiKeyName: 'secret', apiKeyStatus: 'ACTIVE' });
    expect(await exported()).toBe(`\uFEFF${HEADER}\r\n`);
  });

  it('imported again gives the same keys in the same order, whatever their names hold', async () => {
    for (const [index, apiKeyName] of ODD_NAMES.entries()) {
      const apiKeyStatus = index % 2 === 0 ? 'ACTIVE' : 'INACTIVE';
      await api.ok('POST', '/apikeys', { apiKeyName, apiKeyDescription: ODD_NAMES.at(-1 - index), apiKeyStatus });
    }
    const before = await list();
    const csv = await exported();
    for (const { apiKeyId } of before) await api.ok('DELETE', `/apikeys/${apiKeyId}`);
    expect((await importFile(csv)).body.importedApiKeyCount).toBe(ODD_NAMES.length);
    expect((await list()).map(contentOf)).toEqual(before.map(contentOf));
  });

  it('is an error when its beginning cannot be read, and breaks off where a later part cannot', async () => {
    const rows = Array.from({ length: 1500 }, (_unused, index) => `key${index},,ACTIVE,,`);
    await importFile(file(...rows));
    const damage = (apiKeyName: string) =>
      stack.query(
        `UPDATE api_key_value SET sealed = 'sealed:v1:' FROM api_key k JOIN app_key a ON a.id = k.app_key_id
         WHERE api_key_id = k.id AND k.name = $1 AND a.value = $2`,
        [apiKeyName, api.appKey],
      );
    await damage('key1400');
    const broken = await fetch(url('/apikeys/export'));
    expect(broken.status).toBe(200);
    await expect(broken.text()).rejects.toThrow();
    await damage('key3');
    expectError(await api.call('GET', '/apikeys/export'), 'FAIL');
  });

  it('has no cell that a spreadsheet would evaluate', async () => {
    for (const apiKeyName of ['=cmd|a', '+1', '-1', '@a', '\ta']) {
      await api.ok('POST', '/apikeys', { apiKeyName, apiKeyDescription: apiKeyName, apiKeyStatus: 'ACTIVE' });
    }
    const cells = (await exported()).split(/[,\r\n]+/).slice(5);
    expect(cells.filter((cell) => /^"?[=+\-@\t]/.test(cell))).toEqual([]);
    expect(cells).toContain("'=cmd|a");
  });
});

describe('the import of API keys', () => {
  it('creates the keys of the file in its order and makes the values that it leaves out', async () => {
    const [primary, secondary] = [custom(), custom()];
    const answer = await importFile(
      file(`one,First,ACTIVE,${primary},${secondary}`, '', 'two,,INACTIVE,,', 'two,,ACTIVE,,'),
    );
    expect(answer.body).toEqual({ header: expect.objectContaining({ resultCode: 0 }), importedApiKeyCount: 3 });
    const keys = await list();
    expect(keys.map((key) => [key.apiKeyName, key.apiKeyStatus])).toEqual([
      ['one', 'ACTIVE'],
      ['two', 'INACTIVE'],
      ['two', 'ACTIVE'],
    ]);
    expect(keys[0]).toMatchObject({ apiKeyDescription: 'First', primaryApiKey: primary, secondaryApiKey: secondary });
    expect(keys[1].primaryApiKey).toMatch(/^[A-Za-z0-9]{40}$/);
  });

  it('takes columns in any order, and a file without the optional ones or without a line end', async () => {
    expect((await importFile('apiKeyStatus,apiKeyName\nACTIVE,one')).body.importedApiKeyCount).toBe(1);
    expect(await list()).toMatchObject([{ apiKeyName: 'one', apiKeyDescription: '' }]);
  });

  it.each([
    ['\r\n', '\n', '\r'],
    ['\n', '\r\n', '\r'],
    ['\r', '\n', '\r\n'],
  ])('takes every kind of line end in one file, as in %j, %j, %j', async (first, second, third) => {
    const csv = `apiKeyStatus,apiKeyName${first}ACTIVE,one${second}ACTIVE,two${third}ACTIVE,three${first}`;
    expect((await importFile(csv)).body.importedApiKeyCount).toBe(3);
    expect((await list()).map(({ apiKeyName }) => apiKeyName)).toEqual(['one', 'two', 'three']);
  });

  it('counts a line end once wherever it stands in the file', async () => {
    const rows = Array.from({ length: 5000 }, (_unused, index) => `key${'x'.repeat(index % 7)},,ACTIVE,,`);
    expectError(await importFile(file(...rows, 'last,,on,,')), 'INVALID_INPUT', ['row 5002.apiKeyStatus']);
  });

  it.each([
    ['', 'row 1'],
    ['apiKeyName\r\none', 'row 1'],
    [`${HEADER},apiKeyId\r\none,,ACTIVE,,,x`, 'row 1'],
    ['apiKeyName,apiKeyName,apiKeyStatus\r\na,b,ACTIVE', 'row 1'],
    [file(), 'body'],
    [file('one,,ACTIVE,,', 'two,,ACTIVE,'), 'row 3'],
    [file('one,,ACTIVE,,', '', 'two,,ACTIVE,,,'), 'row 4'],
    [file(',,ACTIVE,,'), 'row 2.apiKeyName'],
    [file(`${'a'.repeat(51)},,ACTIVE,,`), 'row 2.apiKeyName'],
    [file('one,,ACTIVE,,', `two,${'a'.repeat(201)},ACTIVE,,`), 'row 3.apiKeyDescription'],
    [file('one,,,,'), 'row 2.apiKeyStatus'],
    [file('one,,active,,'), 'row 2.apiKeyStatus'],
    [file('one,,ACTIVE,,', 'two,,ACTIVE,short,'), 'row 3.primaryApiKey'],
    [file('one,,ACTIVE,,', `"two\nlines",,ACTIVE,,${'a'.repeat(41)}`), 'row 3.secondaryApiKey'],
    [file('one,,ACTIVE,,', '"two,,ACTIVE,,'), 'row 3'],
    [file('one,,ACTIVE,,', '"two"x,,ACTIVE,,'), 'row 3'],
    [file('one,,ACTIVE,,', 'tw"o,,ACTIVE,,'), 'row 3'],
    [file('one,,ACTIVE,,', `${'a'.repeat(20_000)},,ACTIVE,,`), 'row 3'],
    [file('one,,ACTIVE,,', 'tw\0o,,ACTIVE,,'), 'row 3.apiKeyName'],
  ])('refuses %j and creates nothing', async (csv, field) => {
    expectError(await importFile(csv), 'INVALID_INPUT', [field]);
    expect(await list()).toEqual([]);
  });

  it('reads past empty rows, which are counted, but not past ten thousand of them', async () => {
    const csv = `${HEADER}\n${'\n'.repeat(5000)}${',\n'.repeat(5000)}`;
    expectError(await importFile(`${csv}one,,on,,\n`), 'INVALID_INPUT', ['row 10002.apiKeyStatus']);
    expectError(await importFile(`${csv}\none,,on,,\n`), 'INVALID_INPUT', ['row 10002']);
    expectError(await importFile('\n'.repeat(10_000_000)), 'INVALID_INPUT', ['row 10001']);
    expect(await list()).toEqual([]);
  });

  it('names all faults of a file, up to a hundred', async () => {
    const three = await importFile(file('one,,on,short,', 'two,,ACTIVE,,', ',,ACTIVE,,'));
    expectError(three, 'INVALID_INPUT', ['row 2.apiKeyStatus', 'row 2.primaryApiKey', 'row 4.apiKeyName']);
    expect(three.body.errorList).toHaveLength(3);
    const many = await importFile(file(...Array.from({ length: 300 }, () => ',,on,,')));
    expect(many.body.errorList).toHaveLength(100);
    expect(await list()).toEqual([]);
  });

  it('refuses a body that is no CSV file', async () => {
    expectError(await importFile('{}', api, 'application/json'), 'INVALID_PARAMETER', ['']);
    expectError(await importFile(Buffer.from([0xc7, 0xd1, 0x2c])), 'INVALID_PARAMETER', ['']);
    expectError(await importFile(Buffer.alloc(11 * 1024 * 1024, 'a')), 'INVALID_PARAMETER', ['body']);
    const answer = await fetch(url('/apikeys/import'), { method: 'POST' });
    const body: Json = await answer.json();
    expect(body.header.resultCode).toBe(400100001);
  });

  it('refuses values that stand twice in the file, and names their rows', async () => {
    const [value, other] = [custom(), custom()];
    const csv = file(`one,,ACTIVE,${value},`, `two,,ACTIVE,${other},${other}`, `three,,ACTIVE,,${value}`);
    const answer = await importFile(csv);
    expectError(answer, 'API_KEY_DUPLICATED', ['row 3.secondaryApiKey', 'row 4.secondaryApiKey']);
    expect(answer.body.errorList[1].errorMessage).toContain('row 2.primaryApiKey');
    expect(await list()).toEqual([]);
  });

  it('refuses values that a key of the installation has, names their rows and creates nothing', async () => {
    const stranger = await stack.newProject();
    const { apiKey } = await stranger.ok('POST', '/apikeys', { apiKeyName: 'a', apiKeyStatus: 'ACTIVE' });
    const csv = file(
      'one,,ACTIVE,,',
      `two,,ACTIVE,${apiKey.secondaryApiKey},`,
      `three,,ACTIVE,,${apiKey.primaryApiKey}`,
    );
    const answer = await importFile(csv);
    expectError(answer, 'API_KEY_DUPLICATED', ['row 3.primaryApiKey', 'row 4.secondaryApiKey']);
    expect(answer.body.errorList).toHaveLength(2);
    expect(await list()).toEqual([]);
  });

  it('creates all or nothing when the database refuses a row', async () => {
    const name = newId();
    const fault = { operation: 'INSERT', table: 'api_key', condition: `NEW.name = '${name}'` } as const;
    const answer = await withRowFault(stack, fault, () => importFile(file('one,,ACTIVE,,', `${name},,ACTIVE,,`)));
    expectError(answer, 'DATABASE_FAILED');
    expect(await list()).toEqual([]);
  });

  it('is done once when fifty clients of two projects send the same file at once', async () => {
    const stranger = await stack.newProject();
    const rows = Array.from({ length: 30 }, (_unused, index) => `key${index},,ACTIVE,${custom()},${custom()}`);
    const csvs = [file(...rows), file(...rows.toReversed())];
    const counts = await fiftyAtOnce((index) => importFile(csvs[index % 2] ?? '', index % 3 === 0 ? api : stranger));
    expect(counts).toEqual({ 0: 1, 500105001: 49 });
    expect((await list()).length + (await list(stranger)).length).toBe(30);
  });

  it('takes 10,000 keys, which an export gives back, and no more', async () => {
    const rows = Array.from(
      { length: 10_000 },
      (_unused, index) => `key${index},"한국어, 설명",ACTIVE,${custom()},${custom()}`,
    );
    expectError(await importFile(file(...rows, 'one more,,ACTIVE,,')), 'INVALID_INPUT', ['row 10002']);
    expect(await list()).toEqual([]);
    expect((await importFile(file(...rows))).body.importedApiKeyCount).toBe(10_000);
    expect(await exported()).toBe(`\uFEFF${file(...rows)}`);
  });
});
