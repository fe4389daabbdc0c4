import { createHash, timingSafeEqual } from 'node:crypto';
import { addressSet, plainAddress } from './addresses.js';

/** Who asks for the metrics, and how. */
export interface MetricsReader {
  /** Address of the connection's other end. */
  readonly peerAddress: string;
  /** Value of a header by its lower-case name; null without it. */
  readonly header: (lowerName: string) => string | null;
}

/** What becomes of a question for the metrics. */
export type MetricsVerdict = 'allowed' | 'unauthorized' | 'hidden';

const LOOPBACK = addressSet(['127.0.0.0/8', '::1']);
const FORWARDED = ['x-forwarded-for', 'forwarded', 'via'];

/**
 * Who may read the metrics: with a token, who shows it as a bearer; without one, who calls from this machine and not for
 * somebody else. To all others there are none.
 */
export function judgeMetricsReader(token: string | undefined, { peerAddress, header }: MetricsReader): MetricsVerdict {
  if (token !== undefined)
    return isEqual(header('authorization') ?? '', `Bearer ${token}`) ? 'allowed' : 'unauthorized';
  const isForwarded = FORWARDED.some((name) => header(name) !== null);
  return LOOPBACK?.has(plainAddress(peerAddress)) === true && !isForwarded ? 'allowed' : 'hidden';
}

/** Takes as long whatever the texts are. */
function isEqual(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
