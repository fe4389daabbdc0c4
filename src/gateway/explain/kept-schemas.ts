import { Shared } from '../outbound/index.js';
import type { BodySchema } from '../plugins/request-validator/body-schema.js';

/** Schemas that are kept, each some kilobytes. */
const MAX_KEPT = 50;

/**
 * The body schemas of earlier explanations: to compile a large one takes long, and one that took too long to check has to
 * be remembered as such, so that asking again and again cannot take the thread from others.
 */
export class KeptSchemas extends Shared<BodySchema> {
  /** The last one used stands last. */
  private readonly kept = new Map<string, BodySchema>();

  /** How many are kept. */
  get size(): number {
    return this.kept.size;
  }

  override get(hash: string, make: () => BodySchema): BodySchema {
    const schema = super.get(hash, make);
    this.kept.delete(hash);
    this.kept.set(hash, schema);
    const [oldest] = this.kept.keys();
    if (this.kept.size > MAX_KEPT && oldest !== undefined) this.kept.delete(oldest);
    return schema;
  }
}
