import { describe, expect, it } from '@jest/globals';
import { newRequestId } from '../../src/gateway/request-id.js';

const IDS = 36_000;

describe('the id of a request', () => {
  const ids = Array.from({ length: IDS }, newRequestId);

  it('is 20 lower-case letters and digits', () => {
    expect(ids.filter((id) => !/^[0-9a-z]{20}$/.test(id))).toEqual([]);
  });

  it('comes once', () => {
    expect(new Set(ids).size).toBe(IDS);
  });

  it('has every character in every place equally often', () => {
    for (let place = 0; place < 20; place += 1) {
      const counts = new Map<string, number>();
      for (const id of ids) counts.set(id.charAt(place), (counts.get(id.charAt(place)) ?? 0) + 1);
      expect(counts.size).toBe(36);
      // A thousand of each are expected; 300 more or less are nine standard deviations.
      for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(300);
    }
  });
});
