/** Median, 95th and 99th percentile and maximum of some times in milliseconds, to a tenth. */
export interface Summary {
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export function summary(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => Number(quantile(sorted, share).toFixed(1));
  return { median: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** The value below which this share of sorted values lies; 0 of none. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** The median of values that nobody rounds. */
export function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}
