import * as z from 'zod';
import { isAddressOrCidr } from '../../kernel/addresses.js';
import { definePlugin } from './shared.js';

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
