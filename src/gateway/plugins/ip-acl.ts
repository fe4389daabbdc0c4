import { isIP } from 'node:net';
import type { IpAclSettings } from '../../contract/plugins/index.js';
import { addressSet } from '../../kernel/addresses.js';
import { RequestFailed } from '../request-context.js';
import type { RequestCheck } from './step.js';

/**
 * IP_ACL: lets only the listed addresses in, or keeps them out. A client whose address is not known is kept out.
 * @throws Error for an entry that is no address and no CIDR.
 */
export function checkAddress({ isPermit, ipAclList }: IpAclSettings): RequestCheck {
  const listed = addressSet(ipAclList.map((entry) => entry.ipCidrAddress));
  if (!listed) throw new Error('an entry of IP_ACL is neither an address nor a CIDR');
  return ({ clientAddress }) => {
    if (listed.has(clientAddress) === isPermit && (isPermit || isIP(clientAddress) !== 0)) return;
    throw new RequestFailed({ failure: 'IpNotAllowed' });
  };
}
