import type { Access } from './access/index.js';
import type { Clock } from './clock.js';
import type { Counters, QuotaPeriods } from './counters/index.js';
import type { Outbound, Shared } from './outbound/index.js';
import type { KeySet } from './plugins/jwt/key-set.js';
import type { VerifiedTokens } from './plugins/jwt/verified-tokens.js';
import type { AnswerCache } from './plugins/pre-api/answer-cache.js';
import type { BodyBudget } from './plugins/request-validator/body-budget.js';
import type { BodySchema } from './plugins/request-validator/body-schema.js';

/** What checks use besides their settings and the request; made once per gateway. */
export interface CheckServices {
  readonly clock: Clock;
  /** Who may call, and how often. */
  readonly access: Access;
  readonly counters: Counters;
  readonly quotaPeriods: QuotaPeriods;
  readonly outbound: Outbound;
  /** By URI. */
  readonly keySets: Shared<KeySet>;
  readonly verifiedTokens: VerifiedTokens;
  /** By stage, method and URL. */
  readonly preApiAnswers: Shared<AnswerCache>;
  /** By hash. */
  readonly bodySchemas: Shared<BodySchema>;
  readonly bodyBudget: BodyBudget;
}
