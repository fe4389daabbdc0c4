import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { definePlugin } from './shared.js';

/** Whether a text is an IPv4 or IPv6 address or a CIDR of one; host bits may be set (10.0.0.1/24). */
export function isAddressOrCidr(text: string): boolean {
  const [address = '', ...rest] = text.split('/');
  if (rest.length > 1) return false;
  const version = ipaddr.IPv4.isValidFourPartDecimal(address) ? 4 : ipaddr.IPv6.isValid(address) ? 6 : 0;
  if (version === 0 || address.includes('%')) return false;
  if (rest.length === 0) return true;
  return /^\d{1,3}$/.test(rest[0] ?? '') && Number(rest[0]) <= (version === 4 ? 32 : 128);
}

/** IP_ACL: root path only. isPermit true lets only the listed addresses in, false keeps them out. */
export const ipAclPlugin = definePlugin(
  z.strictObject({
    isPermit: z.boolean(),
    ipAclList: z
      .array(
        z.strictObject({
          ipCidrAddress: z.string().refine(isAddressOrCidr, { error: 'must be an IP address or a CIDR' }),
          description: z.string().max(200).nullish(),
        }),
      )
      .min(1)
      .max(100),
  }),
);
export type IpAclSettings = z.output<typeof ipAclPlugin.settings>;
