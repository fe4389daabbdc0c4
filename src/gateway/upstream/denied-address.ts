import ipaddr from 'ipaddr.js';
import { type AddressSet, addressSet, plainAddress } from '../../kernel/addresses.js';

/** Addresses that name no machine; a connection to one of them ends at the gateway's own. */
const NO_MACHINE = addressSet(['0.0.0.0/8', '::/128']);
/** NAT64: IPv4 behind a translator (RFC 6052). */
const TRANSLATED = addressSet(['64:ff9b::/96']);
const IPV4_BYTES = 4;

/** Whether no connection may be made to an address: it is one of those denied, however it is written, or no machine's. */
export function isDenied(address: string, denied: AddressSet): boolean {
  if (denied.has(address) || NO_MACHINE?.has(address)) return true;
  return TRANSLATED?.has(address) === true && denied.has(translatedIpv4(plainAddress(address)));
}

/** The IPv4 address that stands in the last bytes of an IPv6 one. */
function translatedIpv4(address: string): string {
  return ipaddr.parse(address).toByteArray().slice(-IPV4_BYTES).join('.');
}
