import type pg from 'pg';
import type { Stack } from './stack.js';

/** Connections of a control plane that is to be stopped in the middle; see {@link victimUrl}. */
const VICTIM = 'victim';
const STEP_LOCK = 7_001;
const COMMIT_LOCK = 7_002;
const WAIT_MS = 15_000;
/** Tables from which a control plane removes by itself, in the background, what is too old. */
const SWEPT: ReadonlySet<string> = new Set([
  'access_token',
  'api_key_metric',
  'deployment_plan',
  'idempotent_answer',
  'metric_batch',
  'quota_use',
  'recycle_bin_item',
  'recycle_bin_row',
  'route_key_use',
  'route_metric',
  'stage_metric',
]);

/** The URL of a stack's database for a control plane whose transactions can be halted. */
export function victimUrl({ address }: Stack): string {
  const url = new URL(address.databaseUrl);
  url.searchParams.set('application_name', VICTIM);
  return url.toString();
}

/**
 * Halts transactions of a victim before any of their writes, or in the middle of their commit. Triggers on all tables
 * count the statements that write; each passes a lock of its number, which a test can hold.
 */
export class StepGate {
  private constructor(
    private readonly stack: Stack,
    private readonly holder: pg.Client,
  ) {}

  /** Puts the triggers into the database of a stack. */
  static async on(stack: Stack): Promise<StepGate> {
    await stack.query('CREATE SEQUENCE step_gate');
    await stack.query(`CREATE FUNCTION pass_step_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF current_setting('application_name') = '${VICTIM}' THEN
        PERFORM pg_advisory_xact_lock_shared(${STEP_LOCK}, nextval('step_gate')::int);
      END IF;
      RETURN NULL; END $$`);
    await stack.query(`CREATE FUNCTION pass_commit_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF current_setting('application_name') = '${VICTIM}' THEN
        PERFORM pg_advisory_xact_lock_shared(${COMMIT_LOCK}, 0);
      END IF;
      RETURN NULL; END $$`);
    const tables = await stack.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('gateway', '_prisma_migrations')",
    );
    for (const { name } of tables) {
      const events = SWEPT.has(name) ? 'INSERT OR UPDATE' : 'INSERT OR UPDATE OR DELETE';
      await stack.query(`CREATE TRIGGER step_gate BEFORE ${events} ON "${name}" EXECUTE FUNCTION pass_step_gate()`);
    }
    await stack.query(`CREATE CONSTRAINT TRIGGER commit_gate AFTER INSERT ON audit_record
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pass_commit_gate()`);
    return new StepGate(stack, await stack.connect());
  }

  /**
   * Has a transaction of the victim halt at its write with this number (from 1), or in its commit, and ends the victim
   * there. False when it came to its end before.
   */
  async killAt(step: number | 'commit', begin: () => Promise<unknown>, kill: () => Promise<unknown>): Promise<boolean> {
    await this.holder.query("SELECT setval('step_gate', 1, false)");
    const lock = step === 'commit' ? [COMMIT_LOCK, 0] : [STEP_LOCK, step];
    await this.holder.query('SELECT pg_advisory_lock($1, $2)', lock);
    try {
      const ended = begin().then(
        () => true,
        () => true,
      );
      const isHalted = await this.waitForVictim(ended);
      await kill();
      return isHalted;
    } finally {
      await this.holder.query('SELECT pg_advisory_unlock($1, $2)', lock);
      await this.untilVictimIsGone();
    }
  }

  async close(): Promise<void> {
    await this.holder.end();
  }

  private async waitForVictim(ended: Promise<boolean>): Promise<boolean> {
    const deadline = Date.now() + WAIT_MS;
    while (Date.now() < deadline) {
      const [{ count } = { count: 0 }] = await this.stack.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = '${VICTIM}' AND wait_event = 'advisory'`,
      );
      if (count > 0) return true;
      if (await Promise.race([ended, Promise.resolve(false)])) return false;
    }
    throw new Error('The victim neither halted nor came to an end');
  }

  /** What it has begun is committed or rolled back when its connections are closed. */
  private async untilVictimIsGone(): Promise<void> {
    const deadline = Date.now() + WAIT_MS;
    const isThere = async () => {
      const rows = await this.stack.query(`SELECT 1 FROM pg_stat_activity WHERE application_name = '${VICTIM}'`);
      return rows.length > 0;
    };
    while (await isThere()) if (Date.now() > deadline) throw new Error('Connections of the victim are still open');
  }
}
