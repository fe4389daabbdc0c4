import { describe, expect, it } from '@jest/globals';
import { RecentSettings } from '../../src/modules/deployments/recent-settings.js';
import type { StageSettings } from '../../src/modules/stages/index.js';

const settings: StageSettings = {
  backendEndpointUrl: 'http://127.0.0.1:10080',
  resourceRevision: 1,
  resourceUpdatedAt: '2026-11-28T00:00:00.000Z',
  resources: [],
  isAccessLogOn: false,
};
const ofLength = (length: number, version = 'first') => ({ version, settings, length });

describe('settings that are kept', () => {
  it('are given for the version of the row that they were read from, and no other', () => {
    const recent = new RecentSettings();
    recent.keep('stage', ofLength(1, 'first'));
    expect(recent.get('stage', 'first')).toBe(settings);
    expect(recent.get('stage', 'second')).toBeNull();
    recent.keep('stage', ofLength(1, 'second'));
    expect(recent.get('stage', 'first')).toBeNull();
    expect(recent.get('stage', 'second')).toBe(settings);
  });

  it('are of no more documents than a million characters: those that were used longest ago go', () => {
    const recent = new RecentSettings();
    for (const stage of ['one', 'two', 'three']) recent.keep(stage, ofLength(340_000));
    recent.get('one', 'first');
    recent.keep('four', ofLength(340_000));
    expect(recent.get('two', 'first')).toBeNull();
    for (const stage of ['one', 'three', 'four']) expect(recent.get(stage, 'first')).toBe(settings);
  });

  it('of a stage take the room of those before', () => {
    const recent = new RecentSettings();
    recent.keep('other', ofLength(500_000));
    for (const version of ['first', 'second', 'third']) recent.keep('stage', ofLength(500_000, version));
    expect(recent.get('other', 'first')).toBe(settings);
  });

  it('of a document that is larger than all the room are not kept, and leave the others', () => {
    const recent = new RecentSettings();
    recent.keep('other', ofLength(1));
    recent.keep('stage', ofLength(2_000_000));
    expect(recent.get('stage', 'first')).toBeNull();
    expect(recent.get('other', 'first')).toBe(settings);
  });
});
