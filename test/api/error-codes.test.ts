import { beforeAll, describe, expect, it } from '@jest/globals';
import { errorCatalog } from '../../src/errors/index.js';
import type { Json } from '../harness/api.js';
import { fetchDeclared } from '../harness/declared-errors.js';
import { useStack } from '../harness/stack.js';

let controlUrl: string;

beforeAll(async () => {
  controlUrl = (await useStack()).address.controlUrl;
});

async function list(language?: string, version = 'v1.0'): Promise<{ headers: Headers; status: number; body: Json }> {
  const headers: Record<string, string> = language === undefined ? {} : { 'accept-language': language };
  return fetchDeclared(controlUrl, `/${version}/error-codes`, { headers });
}

describe.each(['v1.0', 'v2.0'])('GET /%s/error-codes', (version) => {
  it('gives the whole catalogue by number to everybody', async () => {
    const { status, body } = await list('en', version);
    expect(status).toBe(200);
    expect(body.header).toEqual({ isSuccessful: true, resultCode: 0, resultMessage: 'SUCCESS' });
    const codes: number[] = body.errorCodeList.map((one: Json) => one.resultCode);
    expect(codes).toEqual(
      Object.values(errorCatalog)
        .map(({ code }) => code)
        .toSorted((a, b) => a - b),
    );
    expect(body.errorCodeList.find((one: Json) => one.resultCode === 404101000)).toEqual({
      resultCode: 404101000,
      resultMessage: 'Not found api gateway service',
      description: 'Not found api gateway service',
      httpStatus: 404,
      cause: 'The project has no service with this id.',
      cure: 'Take the id from GET …/services of the same appKey. A deleted service may be in the recycle bin.',
    });
  });

  it('describes the errors in Korean for who wants it; the message stays as answers have it', async () => {
    const { body } = await list('ko', version);
    expect(body.errorCodeList.find((one: Json) => one.resultCode === 404101000)).toEqual({
      resultCode: 404101000,
      resultMessage: 'Not found api gateway service',
      description: 'API 게이트웨이 서비스가 존재하지 않습니다.',
      httpStatus: 404,
    });
  });
});

describe('the language of the catalogue', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['ko', 'ko'],
    ['KO-kr', 'ko'],
    ['ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7', 'ko'],
    ['en-US,en;q=0.9,ko;q=0.8', 'en'],
    ['en;q=0.2, ko;q=0.3', 'ko'],
    ['fr, ko;q=0.1', 'ko'],
    ['fr', 'en'],
    ['*', 'en'],
    ['en;q=0, *', 'ko'],
    ['ko;q=0', 'en'],
    ['ko;q=0, en;q=0', 'en'],
    ['ko, en', 'ko'],
    ['kok', 'en'],
    ['ko;q=2, en;q=0.1', 'en'],
    ['ko-KP;q=0.1, en;q=0.5, ko-KR;q=0.9', 'ko'],
    ['ko-KR;q=0.9, en;q=0.5, ko;q=0.1', 'en'],
    ['en-GB;q=0, en;q=0.4, ko;q=0.3', 'en'],
    ['en-US;q=0, ko;q=0.2, en-GB;q=0.1', 'ko'],
    ['ko-KR;q=0, *;q=0.5', 'en'],
    [';;,,=', 'en'],
  ])('is for Accept-Language %j: %s', async (header, language) => {
    const { headers } = await list(header);
    expect(headers.get('content-language')).toBe(language);
    expect(headers.get('vary')).toBe('Accept-Language');
  });
});
