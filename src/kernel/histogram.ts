import type { Metric } from 'prom-client';

/** Upper edges of the buckets of durations, in seconds; above the last is all the rest. */
export const DURATION_BUCKETS_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

/** Durations by bucket: adding one is a few steps, so that it can be done for every request. */
export class DurationHistogram {
  /** Not cumulative; the last holds what is above all edges. */
  private readonly counts = new Float64Array(DURATION_BUCKETS_SECONDS.length + 1);
  private sum = 0;

  add(seconds: number): void {
    let at = 0;
    while (at < DURATION_BUCKETS_SECONDS.length && seconds > (DURATION_BUCKETS_SECONDS[at] ?? 0)) at += 1;
    this.counts[at] = (this.counts[at] ?? 0) + 1;
    this.sum += seconds;
  }

  /** As Prometheus wants it: how many are at most as long as each edge, +Inf last; their sum and their number. */
  read(): {
    readonly buckets: readonly (readonly [edge: string, count: number])[];
    readonly sum: number;
    readonly count: number;
  } {
    let count = 0;
    const buckets = Array.from(this.counts, (here, at): [string, number] => {
      count += here;
      return [String(DURATION_BUCKETS_SECONDS[at] ?? '+Inf'), count];
    });
    return { buckets, sum: this.sum, count };
  }
}

/** Durations with the labels that they are told apart by. */
export interface LabelledHistogram {
  readonly labels: Readonly<Record<string, string>>;
  readonly durations: DurationHistogram;
}

/**
 * A metric of prom-client that reads histograms when it is asked. To observe each event the library's own way would
 * take longer than many a request does.
 */
export function histogramMetric(name: string, help: string, read: () => Iterable<LabelledHistogram>): Metric {
  const frame = { name, help, type: 'histogram', aggregator: 'sum' };
  const get = () => {
    const values = [...read()].flatMap(({ labels, durations }) => {
      const { buckets, sum, count } = durations.read();
      return [
        ...buckets.map(([le, value]) => ({ labels: { le, ...labels }, value, metricName: `${name}_bucket` })),
        { labels, value: sum, metricName: `${name}_sum` },
        { labels, value: count, metricName: `${name}_count` },
      ];
    });
    return Promise.resolve({ ...frame, values });
  };
  // As much of a metric as a registry asks for.
  return { ...frame, get } as unknown as Metric;
}
