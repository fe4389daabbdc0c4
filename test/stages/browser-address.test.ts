import { describe, expect, it } from '@jest/globals';
import { browserAddress } from '../../src/modules/documents/documents.rules.js';

describe('the address of a stage for browsers', () => {
  it.each([
    [undefined, 'shop.example', ['https', 'http']],
    [443, 'shop.example', ['https', 'http']],
    [80, 'shop.example', ['http', 'https']],
    [8080, 'shop.example:8080', ['http', 'https']],
  ])('has for the port %s the host %s and the schemes %j', (port, host, schemes) => {
    expect(browserAddress('shop.example', port)).toEqual({ host, schemes });
  });
});
