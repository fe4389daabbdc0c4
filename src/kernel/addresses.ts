import { BlockList, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A set of IPv4 and IPv6 addresses. */
export interface AddressSet {
  /** Whether an address (without port) is in the set. IPv4 written inside IPv6 counts as IPv4, in the set as well. */
  has(address: string): boolean;
}

/**
 * Reads addresses and CIDRs parted by commas into a set; '' is the empty set.
 * Gives null when an entry is neither an address nor a CIDR.
 */
export function parseAddressSet(text: string): AddressSet | null {
  const entries = text.split(',').map((part) => part.trim());
  return addressSet(entries.filter((entry) => entry !== ''));
}

/** A set of addresses and CIDRs, of which host bits do not count. Null when an entry is neither. */
export function addressSet(entries: readonly string[]): AddressSet | null {
  // One list for each: a range of IPv6 holds no IPv4 address, however wide it is.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const entry of entries) {
    if (!isAddressOrCidr(entry)) return null;
    const { family, address, prefix } = readRange(entry);
    lists[family].addSubnet(address, prefix, family);
  }
  const has = (text: string): boolean => {
    const address = plainAddress(text);
    const version = isIP(address);
    if (version === 4) return lists.ipv4.check(address, 'ipv4');
    return version === 6 && lists.ipv6.check(withoutZone(address), 'ipv6');
  };
  return { has };
}

/** Answers that a set remembers. */
const MAX_REMEMBERED = 1_000;
/** The longest way to write an address; longer texts are none. */
const MAX_ADDRESS_LENGTH = 45;

/** A set that remembers its last answers: for one that is asked with every request, as a look-up takes over 1 µs. */
export function remembering(set: AddressSet): AddressSet {
  const answers = new Map<string, boolean>();
  return {
    has(address) {
      const known = answers.get(address);
      if (known !== undefined) return known;
      const answer = set.has(address);
      if (answers.size >= MAX_REMEMBERED) answers.clear();
      if (address.length <= MAX_ADDRESS_LENGTH) answers.set(address, answer);
      return answer;
    },
  };
}

/** Whether a text is an IPv4 or IPv6 address or a CIDR of one; host bits may be set (10.0.0.1/24). */
export function isAddressOrCidr(text: string): boolean {
  const [address = '', ...rest] = text.split('/');
  if (rest.length > 1) return false;
  const version = ipaddr.IPv4.isValidFourPartDecimal(address) ? 4 : ipaddr.IPv6.isValid(address) ? 6 : 0;
  if (version === 0 || address.includes('%')) return false;
  if (rest.length === 0) return true;
  return /^\d{1,3}$/.test(rest[0] ?? '') && Number(rest[0]) <= (version === 4 ? 32 : 128);
}

interface Range {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly prefix: number;
}

const IPV4_BITS = 32;
const IPV6_BITS = 128;
/** How many bits of an IPv6 address say that IPv4 is inside. */
const MAPPED_BITS = IPV6_BITS - IPV4_BITS;

function readRange(entry: string): Range {
  const [text = '', length] = entry.split('/');
  const address = ipaddr.parse(text);
  if (!(address instanceof ipaddr.IPv6)) {
    return { family: 'ipv4', address: address.toString(), prefix: Number(length ?? IPV4_BITS) };
  }
  const prefix = Number(length ?? IPV6_BITS);
  if (!address.isIPv4MappedAddress() || prefix < MAPPED_BITS) {
    return { family: 'ipv6', address: address.toString(), prefix };
  }
  return { family: 'ipv4', address: address.toIPv4Address().toString(), prefix: prefix - MAPPED_BITS };
}

/** Every way to write IPv4 inside IPv6 has it. */
const MAPPED_MARK = /:ffff:/i;
const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An address of a socket as people write it: IPv4 inside IPv6 (`::ffff:10.0.0.1`) becomes IPv4. */
export function plainAddress(address: string): string {
  if (!MAPPED_MARK.test(address)) return address;
  const dotted = MAPPED_IPV4.exec(address)?.[1];
  if (dotted !== undefined) return dotted;
  const parsed = ipaddr.IPv6.isValid(address) ? ipaddr.IPv6.parse(address) : null;
  return parsed?.isIPv4MappedAddress() ? parsed.toIPv4Address().toString() : address;
}

/** Without the zone of a link-local address (`fe80::1%eth0`). */
function withoutZone(address: string): string {
  const zone = address.indexOf('%');
  return zone < 0 ? address : address.slice(0, zone);
}
