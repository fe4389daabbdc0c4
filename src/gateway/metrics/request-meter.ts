import { DurationHistogram } from '../../kernel/histogram.js';
import type { Ending } from '../usage/index.js';

/** Stages that are told apart; requests of further ones count together. */
const MAX_STAGES = 1_000;
/** Under which name those of no stage and those of further stages count. */
export const NO_STAGE = 'none';
const FURTHER_STAGES = 'others';

/** How requests of a stage have ended. */
export interface StageMeter {
  /** By class: `2xx`, `3xx`, `4xx`, `5xx`, or `none` for requests that ended without a whole response. */
  readonly statuses: Readonly<Record<'2xx' | '3xx' | '4xx' | '5xx' | 'none', number>>;
  readonly durations: DurationHistogram;
}

class Meter implements StageMeter {
  readonly statuses = { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, none: 0 };
  readonly durations = new DurationHistogram();
}

/** Counts requests by their stage for the metrics, from the start of the process. */
export class RequestMeter {
  private readonly meters = new Map<string, Meter>();

  /** By stage id. */
  get stages(): ReadonlyMap<string, StageMeter> {
    return this.meters;
  }

  record(stageId: string, { status, durationMs }: Ending): void {
    const meter = this.meters.get(stageId) ?? this.add(stageId);
    if (status === null || status < 200 || status > 599) meter.statuses.none += 1;
    else if (status < 300) meter.statuses['2xx'] += 1;
    else if (status < 400) meter.statuses['3xx'] += 1;
    else if (status < 500) meter.statuses['4xx'] += 1;
    else meter.statuses['5xx'] += 1;
    meter.durations.add(durationMs / 1000);
  }

  private add(stageId: string): Meter {
    const name = this.meters.size < MAX_STAGES ? stageId : FURTHER_STAGES;
    const meter = this.meters.get(name) ?? new Meter();
    this.meters.set(name, meter);
    return meter;
  }
}
