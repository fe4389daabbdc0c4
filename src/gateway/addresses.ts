import { BlockList, isIP } from 'node:net';
import { isAddressOrCidr } from '../contract/plugins/ip-acl.js';

/** A set of IPv4 and IPv6 addresses. */
export interface AddressSet {
  /** Whether an address (canonical text, without zone or port) is in the set. IPv4 written inside IPv6 counts as IPv4. */
  has(address: string): boolean;
}

/**
 * Reads addresses and CIDRs parted by commas into a set; '' is the empty set.
 * Gives null when an entry is neither an address nor a CIDR.
 */
export function parseAddressSet(text: string): AddressSet | null {
  const list = new BlockList();
  for (const entry of text.split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    if (!isAddressOrCidr(entry)) return null;
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return {
    has(address) {
      const version = isIP(address);
      return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
    },
  };
}

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An address of a socket as people write it: IPv4 inside IPv6 (`::ffff:10.0.0.1`) becomes IPv4. */
export function plainAddress(address: string): string {
  return MAPPED_IPV4.exec(address)?.[1] ?? address;
}
