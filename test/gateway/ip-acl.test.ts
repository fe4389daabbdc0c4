import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AddressSet, addressSet } from '../../src/kernel/addresses.js';
import { mockRoute, pathOf, pluginOf } from './support/snapshots.js';
import { useGateway } from './support/suite.js';

const gateway = useGateway({ trustedProxies: addressSet(['127.0.0.1']) as AddressSet });

async function deploy(isPermit: boolean, ...addresses: string[]): Promise<void> {
  const ipAclList = addresses.map((ipCidrAddress) => ({ ipCidrAddress }));
  const plugins = [pluginOf('IP_ACL', { isPermit, ipAclList })];
  await gateway().deploy([pathOf('/a', [mockRoute('GET', 'in', { plugins })])]);
}

async function statusFrom(address: string): Promise<number> {
  return (await gateway().call('/a', { headers: { 'x-forwarded-for': address } })).status;
}

describe('IP_ACL', () => {
  it('lets only the listed addresses in, with host bits in a CIDR or without', async () => {
    await deploy(true, '10.0.0.9/24', '192.0.2.1', '2001:db8::1/32');
    expect(await statusFrom('10.0.0.200')).toBe(200);
    expect(await statusFrom('192.0.2.1')).toBe(200);
    expect(await statusFrom('2001:db8:ffff::2')).toBe(200);
    expect(await statusFrom('10.0.1.1')).toBe(403);
    expect(await statusFrom('192.0.2.2')).toBe(403);
    expect(await statusFrom('2001:db9::1')).toBe(403);
  });

  it('keeps the listed addresses out', async () => {
    await deploy(false, '10.0.0.9/24', '2001:db8::/32');
    expect(await statusFrom('10.0.0.200')).toBe(403);
    expect(await statusFrom('2001:db8::7')).toBe(403);
    expect(await statusFrom('10.0.1.1')).toBe(200);
  });

  it('cannot be passed by writing IPv4 inside IPv6, however it is written', async () => {
    await deploy(false, '10.0.0.0/24', '::ffff:192.0.2.0/120');
    for (const address of ['::ffff:10.0.0.7', '::FFFF:10.0.0.7', '::ffff:a00:7', '0:0:0:0:0:ffff:a00:7']) {
      expect([address, await statusFrom(address)]).toEqual([address, 403]);
    }
    expect(await statusFrom('192.0.2.77')).toBe(403);
    expect(await statusFrom('192.0.3.1')).toBe(200);
  });

  it('answers 4031007', async () => {
    await deploy(true, '10.0.0.1');
    const answer = await gateway().call('/a');
    expect([answer.status, answer.json().header]).toEqual([
      403,
      { isSuccessful: false, resultCode: 4031007, resultMessage: 'Request IP not allowed' },
    ]);
  });
});

/** An address as its bits, written down without any library. */
function bitsOf(address: string): string {
  if (address.includes('.'))
    return address
      .split('.')
      .map((part) => binary(Number(part), 8))
      .join('');
  return address
    .split(':')
    .map((part) => binary(parseInt(part, 16), 16))
    .join('');
}

function binary(value: number, bits: number): string {
  return value.toString(2).padStart(bits, '0');
}

/** Few different bytes, so that ranges are hit often. */
const ipv4 = fc
  .array(fc.constantFrom(0, 1, 10, 127, 128, 255), { minLength: 4, maxLength: 4 })
  .map((parts) => parts.join('.'));
const ipv6 = fc
  .array(fc.constantFrom(0x2001, 0, 1, 0xdb8, 0xffff), { minLength: 8, maxLength: 8 })
  .map((parts) => parts.map((part) => part.toString(16)).join(':'));

function entryOf(
  address: fc.Arbitrary<string>,
  bits: number,
): fc.Arbitrary<{ address: string; prefix: number | null }> {
  return fc.record({ address, prefix: fc.option(fc.integer({ min: 0, max: bits })) });
}

describe('a set of addresses', () => {
  it('holds what a naive comparison of bits says it holds', () => {
    const entries = fc.array(fc.oneof(entryOf(ipv4, 32), entryOf(ipv6, 128)), { maxLength: 5 });
    fc.assert(
      fc.property(entries, fc.oneof(ipv4, ipv6), (list, address) => {
        const set = addressSet(list.map(({ address: base, prefix }) => (prefix === null ? base : `${base}/${prefix}`)));
        const bits = bitsOf(address);
        const expected = list.some(({ address: base, prefix }) => {
          const own = bitsOf(base);
          return (
            own.length === bits.length && own.slice(0, prefix ?? own.length) === bits.slice(0, prefix ?? own.length)
          );
        });
        // What IPv4 inside IPv6 means is shown above.
        fc.pre(![address, ...list.map((entry) => entry.address)].some((one) => one.startsWith('0:0:0:0:0:ffff:')));
        expect(set?.has(address)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it('is not made of anything but addresses and CIDRs', () => {
    for (const entry of [
      '',
      'localhost',
      '10.0.0.1/33',
      '10.0.0',
      '010.0.0.1',
      '::1/129',
      'fe80::1%eth0',
      '1.2.3.4/',
    ]) {
      expect([entry, addressSet([entry])]).toEqual([entry, null]);
    }
  });
});
