import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  AppError,
  errorCatalog,
  type ErrorKey,
  gatewayFailures,
  gatewayResponseTypes,
  httpStatusOfCode,
} from '../../src/errors/index.js';

const entries = Object.entries(errorCatalog);

/** What the published table has no row for; see docs/decisions/0005. */
const OWN_ERRORS: ErrorKey[] = [
  'AUDIT_RECORD_NOT_FOUND',
  'DEPLOYMENT_PLAN_NOT_FOUND',
  'DEPLOYMENT_PLAN_OUTDATED',
  'HEAD_TOO_LARGE',
  'PRECONDITION_FAILED',
  'RECYCLE_BIN_ITEM_NOT_FOUND',
  'RECYCLE_BIN_ITEM_NOT_RESTORABLE',
  'REQUEST_TIMEOUT',
  'TOO_MANY_REQUESTS',
];

/** One sentence or more. */
const SENTENCES = /^[A-Z].*\.$/;

/** A text without what may differ between two wordings that say the same. */
const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z]/g, '');

/** What stands twice. */
const repeated = (texts: string[]): string[] => texts.filter((text, index) => texts.indexOf(text) !== index);

describe('the error catalogue', () => {
  it('has the 99 errors of the published table, the one for unknown URLs, and those that the table lacks', () => {
    expect(entries).toHaveLength(100 + OWN_ERRORS.length);
    for (const key of OWN_ERRORS) expect(errorCatalog).toHaveProperty(key);
  });

  it('has no code and no key twice', () => {
    expect(new Set(entries.map(([, { code }]) => code)).size).toBe(entries.length);
  });

  it('says each error in English and Korean, what brings it about and what helps', () => {
    for (const [key, { en, ko, cause, cure }] of entries) {
      expect([key, en]).toEqual([key, expect.stringMatching(/\S/)]);
      expect([key, ko]).toEqual([key, expect.stringMatching(/[가-힣]/)]);
      expect([key, cause]).toEqual([key, expect.stringMatching(SENTENCES)]);
      expect([key, cure]).toEqual([key, expect.stringMatching(SENTENCES)]);
      expect(plain(cause)).not.toBe(plain(en));
      expect([plain(en), plain(cause)]).not.toContain(plain(cure));
    }
  });

  it('has a cure of its own for every code', () => {
    expect(repeated(entries.map(([, { cure }]) => cure))).toEqual([]);
  });

  it('gives every code an HTTP status by its first three digits, success 200 and FAIL 500', () => {
    const statuses = new Set(entries.map(([, { code }]) => httpStatusOfCode(code)));
    expect(statuses).toEqual(new Set([200, 400, 401, 403, 404, 408, 409, 412, 429, 431, 500]));
    expect([0, -1, 400101000, 4041007].map(httpStatusOfCode)).toEqual([200, 500, 400, 404]);
  });

  it('is documented, every code with its message, cause and cure', () => {
    const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
    for (const [, { code, en, cause, cure }] of entries) {
      expect(page).toContain(`<a id="code-${code}"></a>`);
      for (const text of [en, cause, cure]) expect(page).toContain(text);
    }
  });

  it('is what AppError takes number, status and message from', () => {
    for (const [key, { code, en }] of entries) {
      const error = new AppError(key as ErrorKey);
      expect([error.code, error.message, error.httpStatus]).toEqual([code, en, httpStatusOfCode(code)]);
    }
  });
});

describe('the failures of the gateway', () => {
  it('have a type that can be redefined, but for the two that the published table fixes', () => {
    const fixed = Object.entries(gatewayFailures).filter(([, { type }]) => type === null);
    expect(fixed.map(([key]) => key).toSorted()).toEqual(['RequestTooLarge', 'ResponseTooLarge']);
    const types = new Set(Object.values(gatewayFailures).map(({ type }) => type));
    for (const type of gatewayResponseTypes) expect(types).toContain(type);
  });

  it('carry codes that begin with their HTTP status, but for the two of JWKS as published', () => {
    const others = Object.values(gatewayFailures).filter(({ code, status }) => httpStatusOfCode(code) !== status);
    expect(others.map(({ code, status }) => [code, status])).toEqual([
      [5012001, 500],
      [5012002, 500],
    ]);
  });

  it('say what brings them about and what helps, each in words of its own, and are documented', () => {
    const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
    for (const [key, { code, message, cause, cure }] of Object.entries(gatewayFailures)) {
      expect([key, cause]).toEqual([key, expect.stringMatching(SENTENCES)]);
      expect([key, cure]).toEqual([key, expect.stringMatching(SENTENCES)]);
      expect(plain(cause)).not.toBe(plain(message));
      expect([plain(message), plain(cause)]).not.toContain(plain(cure));
      expect(page).toContain(`<a id="gateway-${code}"></a>`);
      for (const text of [message, cause, cure]) expect(page).toContain(text);
    }
    expect(repeated(Object.values(gatewayFailures).map(({ cure }) => cure))).toEqual([]);
  });
});
