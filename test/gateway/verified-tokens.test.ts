import { expect, it } from '@jest/globals';
import { VerifiedTokens } from '../../src/gateway/plugins/jwt/verified-tokens.js';

const claims = { sub: 'somebody' };
/** Tokens of the largest size that is read, as many as a gateway that remembered them all would not have room for. */
const LARGE = 16_000;
const MANY = 2_000;

it('knows a token by its key and all of its characters', () => {
  const tokens = new VerifiedTokens();
  tokens.remember('a', 'x.y.z', claims);
  expect(tokens.find('a', 'x.y.z')).toBe(claims);
  expect([tokens.find('b', 'x.y.z'), tokens.find('a', 'x.y.Z'), tokens.find('a', 'x.y')]).toEqual([null, null, null]);
});

it('forgets tokens that are shown no more, and keeps those that are', () => {
  const tokens = new VerifiedTokens();
  tokens.remember('a', 'early', claims);
  tokens.remember('a', 'shown', claims);
  for (let at = 0; at < MANY; at += 1) {
    tokens.remember('a', `${at}`.padEnd(LARGE, '.'), claims);
    expect(tokens.find('a', 'shown')).toBe(claims);
  }
  expect([tokens.find('a', 'early'), tokens.find('a', '0'.padEnd(LARGE, '.'))]).toEqual([null, null]);
});
