import type { ChangePart, Queries, SqlPart, ToldChange } from '../../database/index.js';
import type { OperationMetadata, TagCondition } from '../../http/index.js';
import { newId } from '../../kernel/ids.js';
import { beginInSlices } from '../../kernel/steps.js';
import { auditRecordInsert, type Difference, differenceSteps, toldDifference } from '../audit/index.js';
import { type Call, idOfMade } from './call.js';
import type { KeyedCall } from './idempotency/idempotency.queries.js';
import type { IdempotencyService } from './idempotency/idempotency.service.js';
import { demandState } from './precondition.rules.js';
import type { Representation } from './representations.js';

/** What a call asks for besides its change. */
export interface CallConditions {
  readonly operation: OperationMetadata;
  readonly isDeletion: boolean;
  /** Shows what is changed; null when nothing does. */
  readonly shown: Representation | null;
  readonly precondition: TagCondition | null;
  /** Null without an Idempotency-Key. */
  readonly keyed: KeyedCall | null;
}

/** What the transaction of a call does besides its change: the key, the precondition, the audit record. */
export class CallChange implements ChangePart {
  private before: object | null = null;
  private isKnown = false;

  constructor(
    private readonly call: Call,
    private readonly conditions: CallConditions,
    private readonly idempotency: IdempotencyService,
  ) {}

  /** @throws AppError DUPLICATE_REQUEST */
  async begin(queries: Queries): Promise<void> {
    this.isKnown = false;
    const { keyed } = this.conditions;
    if (keyed) await this.idempotency.claim(queries, keyed);
  }

  /** @throws AppError PRECONDITION_FAILED */
  async locked(queries: Queries): Promise<void> {
    const { operation, shown, precondition } = this.conditions;
    if (!shown) return;
    if (operation.tellsChange && !precondition) return;
    this.before = await shown.read(queries);
    this.isKnown = true;
    // What is not there is the operation's to tell.
    if (precondition && this.before) demandState(precondition, this.before);
  }

  /** @throws AppError PRECONDITION_FAILED when the call has made what was not there; DUPLICATE_REQUEST */
  async end(queries: Queries, answer: unknown, told: ToldChange | null): Promise<void> {
    const { precondition, keyed } = this.conditions;
    if (precondition) {
      if (!this.isKnown) throw new Error(`${this.conditions.operation.id} has taken no lock before its change`);
      demandState(precondition, this.before);
    }
    await this.idempotency.end(queries, await this.record(queries, answer as object, told), keyed, answer);
  }

  private async record(queries: Queries, answer: object, told: ToldChange | null): Promise<SqlPart> {
    const { operation, shown } = this.conditions;
    const { actor, scope: _scope, ...call } = this.call;
    const objectId = shown ? call.objectId : (idOfMade(answer) ?? call.objectId);
    const difference = operation.tellsChange ? this.asTold(told) : await this.compare(queries, answer);
    return auditRecordInsert({ id: newId(), ...actor, ...call, objectId, operation: operation.id, ...difference });
  }

  private asTold(told: ToldChange | null): Difference {
    if (!told) throw new Error(`${this.conditions.operation.id} has not told its change`);
    return toldDifference(told);
  }

  private async compare(queries: Queries, answer: object): Promise<Difference> {
    const after = await this.stateAfter(queries, answer);
    return beginInSlices(differenceSteps(contentOf(this.before), after));
  }

  /** What the change has made: the answer where it shows that. */
  private async stateAfter(queries: Queries, answer: object): Promise<object | null> {
    const { operation, shown, isDeletion } = this.conditions;
    if (isDeletion) return null;
    const isAnswered = !shown || shown.metadata.answer === operation.answer;
    return contentOf(isAnswered ? answer : await shown.read(queries));
  }
}

/** An answer without its envelope; null when that is all. */
function contentOf(answer: object | null): object | null {
  if (answer === null) return null;
  const { header: _header, ...content } = answer as Record<string, unknown>;
  return Object.keys(content).length === 0 ? null : content;
}
