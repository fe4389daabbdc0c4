import { newId } from '../../src/kernel/ids.js';
import type { Stack } from './stack.js';

/** What the database refuses: an operation on the rows of a table for which `condition` (on NEW or OLD) holds. */
export interface RowFault {
  readonly operation: 'INSERT' | 'UPDATE' | 'DELETE';
  readonly table: string;
  readonly condition: string;
  /** SQLSTATE of the error; that of RAISE when absent. */
  readonly sqlState?: string;
}

/** Makes the database raise from now on: a real fault, of these rows alone. Call what it gives to end the fault. */
export async function beginRowFault(
  stack: Stack,
  { operation, table, condition, sqlState = 'P0001' }: RowFault,
): Promise<() => Promise<void>> {
  const name = `fault_${newId()}`;
  const end = async (): Promise<void> => {
    await stack.query(`DROP FUNCTION ${name} CASCADE`);
  };
  await stack.query(`CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'a fault made by a test' USING ERRCODE = '${sqlState}'; END $$`);
  try {
    await stack.query(`CREATE TRIGGER ${name} BEFORE ${operation} ON ${table}
      FOR EACH ROW WHEN (${condition}) EXECUTE FUNCTION ${name}()`);
    return end;
  } catch (error) {
    await end();
    throw error;
  }
}

/** As {@link beginRowFault}, while `run` runs. */
export async function withRowFault<T>(stack: Stack, fault: RowFault, run: () => Promise<T>): Promise<T> {
  const end = await beginRowFault(stack, fault);
  try {
    return await run();
  } finally {
    await end();
  }
}
