import { isIP } from 'node:net';
import {
  ACCESS_PAGE_ENTRIES,
  type AccessEntryKind,
  type AccessPage,
  type AccessPlan,
  type AccessPolicy,
  type AccessPolicyValue,
} from '../../contract/access.js';
import { keyedDigest } from '../../kernel/keyed-hash.js';
import { type AddressSet, addressSet } from '../../kernel/addresses.js';
import { KeyCounter } from '../usage/key-counters.js';
import { type KnownKey, PackedKeys } from './packed-keys.js';
import { limitsOf, type PlanLimits } from './plan-limits.js';

/** Values of keys that are kept as they were shown; wrong ones never are. */
const MAX_KEPT_VALUES = 10_000;

/** What a policy says of one value, ready to be asked. */
export class PolicyValue {
  private set: AddressSet | null = null;

  constructor(readonly entry: AccessPolicyValue) {}

  /** Whether the value may be used from an address. */
  admits(address: string): boolean {
    const { addresses } = this.entry;
    if (!addresses) return true;
    // Made by the first request that needs it: most values of a large policy are not used within one configuration.
    this.set ??= addressSet(addresses.list);
    // What cannot be read keeps everybody out, and so does an address that is not known.
    return this.set !== null && isIP(address) !== 0 && this.set.has(address) === (addresses.type === 'ALLOW');
  }
}

/** A key on a stage that it is connected to, with what each of its requests needs. */
export class KeyConnection {
  /** What the uses of the plan are counted under. */
  readonly counterKey: string;
  readonly counter: KeyCounter;
  readonly limits: PlanLimits;

  constructor(
    readonly key: KnownKey,
    readonly plan: AccessPlan,
    readonly stageId: string,
  ) {
    this.counterKey = `${key.id}:${stageId}`;
    this.counter = new KeyCounter(stageId, key.id);
    this.limits = limitsOf(plan);
  }
}

/** A key that has been shown, with those of its connections that were asked for. */
class ShownKey {
  private readonly connections = new Map<string, KeyConnection>();
  /** Most keys are shown to one stage. */
  private last: KeyConnection | null = null;

  constructor(
    readonly key: KnownKey,
    private readonly plans: ReadonlyMap<string, AccessPlan>,
  ) {}

  connection(stageId: string): KeyConnection | null {
    if (this.last?.stageId === stageId) return this.last;
    return (this.last = this.connections.get(stageId) ?? this.connect(stageId));
  }

  private connect(stageId: string): KeyConnection | null {
    const { key } = this;
    const plan = Object.hasOwn(key.plans, stageId) ? this.plans.get(key.plans[stageId] ?? '') : undefined;
    if (!plan) return null;
    const connection = new KeyConnection(key, plan, stageId);
    this.connections.set(stageId, connection);
    return connection;
  }
}

/** Who may call and how often, as far as pages of the access document have told. */
export class AccessTable {
  /** Where the last page ended; '' before the first. */
  cursor = '';
  private hashKey: Buffer = Buffer.alloc(0);
  private keys = new PackedKeys();
  /** Keys by the value that was shown, since the last change: to hash a value takes longer than all other look-ups. */
  private readonly shownKeys = new Map<string, ShownKey>();
  private readonly plans = new Map<string, AccessPlan>();
  private readonly policies = new Map<string, AccessPolicy>();
  private readonly policyValues = new Map<string, PolicyValue>();
  /** By the policy's id and the value. */
  private readonly valuesOfPolicies = new Map<string, Map<string, PolicyValue>>();

  /** Number of entries of all kinds. */
  get size(): number {
    return this.keys.size + this.plans.size + this.policies.size + this.policyValues.size;
  }

  /** Takes a page in, all of it at once. `packedKeys` take the place of all keys. */
  apply(page: AccessPage, packedKeys: Buffer | null = null): void {
    if (packedKeys) this.keys = PackedKeys.of(packedKeys);
    this.shownKeys.clear();
    this.hashKey = Buffer.from(page.hashKey, 'base64url');
    for (const { kind, id } of page.removed) this.remove(kind, id);
    for (const plan of page.plans) this.plans.set(plan.id, plan);
    for (const policy of page.policies) this.policies.set(policy.id, policy);
    for (const value of page.policyValues) this.setPolicyValue(value);
    for (const key of page.keys) this.keys.set(key);
    this.cursor = page.cursor;
  }

  /** The key that a request shows, by the header's value (Latin-1, as it came over the wire); null for none of ours. */
  findKey(value: string): KnownKey | null {
    return this.shownKey(value)?.key ?? null;
  }

  /** The connection to a stage of the key that a request shows; null for none of ours, or none to this stage. */
  findConnection(value: string, stageId: string): KeyConnection | null {
    return this.shownKey(value)?.connection(stageId) ?? null;
  }

  private shownKey(value: string): ShownKey | null {
    const known = this.shownKeys.get(value);
    if (known) return known;
    const key = this.keys.findByHash(keyedDigest(this.hashKey, Buffer.from(value, 'latin1')));
    if (!key) return null;
    if (this.shownKeys.size >= MAX_KEPT_VALUES) this.shownKeys.clear();
    const shown = new ShownKey(key, this.plans);
    this.shownKeys.set(value, shown);
    return shown;
  }

  policy(policyId: string): AccessPolicy | null {
    return this.policies.get(policyId) ?? null;
  }

  /** What a policy says of a value; null when it says nothing. */
  policyValue(policyId: string, value: string): PolicyValue | null {
    return this.valuesOfPolicies.get(policyId)?.get(value) ?? null;
  }

  /**
   * All entries as pages of a whole document, the keys packed. What changes while they are read may be in or not: the
   * pages of these changes, taken in after them, lead to the same table.
   */
  *pages(): Generator<{ readonly page: AccessPage; readonly packedKeys: Buffer | null }> {
    const { cursor } = this;
    const hashKey = this.hashKey.toString('base64url');
    const empty = { cursor, hashKey, plans: [], policies: [], policyValues: [], keys: [], removed: [] };
    const plain = (page: AccessPage) => ({ page, packedKeys: null });
    yield plain({ ...empty, startsAnew: true, isComplete: false });
    const part = { ...empty, startsAnew: false, isComplete: false };
    for (const plans of slices(this.plans.values())) yield plain({ ...part, plans });
    for (const policies of slices(this.policies.values())) yield plain({ ...part, policies });
    for (const values of slices(this.policyValues.values())) {
      yield plain({ ...part, policyValues: values.map(({ entry }) => entry) });
    }
    if (this.keys.size > 0) yield { page: part, packedKeys: this.keys.packed() };
    yield plain({ ...empty, startsAnew: false, isComplete: true });
  }

  private setPolicyValue(entry: AccessPolicyValue): void {
    this.removePolicyValue(entry.id);
    const value = new PolicyValue(entry);
    this.policyValues.set(entry.id, value);
    let values = this.valuesOfPolicies.get(entry.policyId);
    if (!values) this.valuesOfPolicies.set(entry.policyId, (values = new Map()));
    values.set(entry.value, value);
  }

  private removePolicyValue(id: string): void {
    const value = this.policyValues.get(id);
    if (!value) return;
    this.policyValues.delete(id);
    const { policyId, value: text } = value.entry;
    const values = this.valuesOfPolicies.get(policyId);
    if (values?.get(text) === value) values.delete(text);
    if (values?.size === 0) this.valuesOfPolicies.delete(policyId);
  }

  private remove(kind: AccessEntryKind, id: string): void {
    if (kind === 'KEY') this.keys.delete(id);
    else if (kind === 'PLAN') this.plans.delete(id);
    else if (kind === 'POLICY') this.policies.delete(id);
    else this.removePolicyValue(id);
  }
}

function* slices<Entry>(entries: Iterable<Entry>): Generator<Entry[]> {
  let slice: Entry[] = [];
  for (const entry of entries) {
    slice.push(entry);
    if (slice.length < ACCESS_PAGE_ENTRIES) continue;
    yield slice;
    slice = [];
  }
  if (slice.length > 0) yield slice;
}
