import { createRequire } from 'node:module';

/**
 * Loads a CommonJS package when it is called. For large ones that most processes never need, or not before they serve:
 * loading one takes longer than reading the configuration of a gateway.
 */
export const requirePackage = createRequire(import.meta.url);

/** Gives what `load` gives, which is called when it is first needed. */
export function lazily<Value>(load: () => Value): () => Value {
  let loaded: { readonly value: Value } | null = null;
  return () => (loaded ??= { value: load() }).value;
}
