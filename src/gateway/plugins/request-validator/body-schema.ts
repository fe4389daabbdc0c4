import { compileModelSchema, type ModelSchemaTest } from '../../../contract/model-schema.js';
import { runWithin, TooComplex } from './time-limit.js';

/** Where schema and body are so small that their product is at most this, a plain schema needs no limit of time. */
const QUICK_PRODUCT = 20_000_000;
const BASE_TIME_MS = 50;
const TIME_PER_MEGABYTE_MS = 50;
/** How long a schema is not tried again that took too long: longer each time, so that it cannot eat the gateway's time. */
const FIRST_BLOCK_MS = 5_000;
const LAST_BLOCK_MS = 600_000;

const TOO_COMPLEX = 'body: cannot be checked, its schema takes too long';

/**
 * The schema of JSON bodies. It is its owner's, but it is evaluated on a thread that serves others too: within a
 * limit of time. What cannot be checked within it is refused.
 */
export class BodySchema {
  private readonly fault: ModelSchemaTest;
  private readonly isPlain: boolean;
  private readonly length: number;
  private overruns = 0;
  private blockedUntilMs = 0;

  /** @throws Error for a schema that cannot be compiled. */
  constructor(schema: Readonly<Record<string, unknown>>) {
    this.fault = compileModelSchema(schema);
    const text = JSON.stringify(schema);
    this.length = text.length;
    this.isPlain = !COSTLY.test(text);
  }

  /** What is wrong with a value that came in so many bytes, in words that name the place; null when it fits. */
  faultOf(value: unknown, bytes: number): string | null {
    if (this.isPlain && this.length * bytes <= QUICK_PRODUCT) return this.fault(value);
    if (performance.now() < this.blockedUntilMs) return TOO_COMPLEX;
    try {
      const timeMs = BASE_TIME_MS + Math.ceil((bytes / 1_000_000) * TIME_PER_MEGABYTE_MS);
      return runWithin(timeMs, () => this.fault(value));
    } catch (error) {
      if (!(error instanceof TooComplex)) throw error;
      this.blockedUntilMs = performance.now() + Math.min(FIRST_BLOCK_MS * 2 ** this.overruns, LAST_BLOCK_MS);
      this.overruns += 1;
      return TOO_COMPLEX;
    }
  }
}

/** Keywords whose evaluation is not in proportion to the schema and the value; anywhere in the text is close enough. */
const COSTLY = /"(?:\$ref|allOf|anyOf|oneOf|not|dependencies|pattern|patternProperties|uniqueItems)":/;
