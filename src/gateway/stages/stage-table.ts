import type { LoadedStage } from './loaded-stage.js';

/** A stage with the host names under which it is served. */
export interface HostedStage {
  /** Without port, lower case. */
  readonly hosts: readonly string[];
  readonly stage: LoadedStage;
}

/** The stages that are served, by host. Read through one reference that is exchanged as a whole. */
export interface StageTable {
  byHost(host: string): LoadedStage | null;
}

/** Builds the table. */
export function stageTable(stages: Iterable<HostedStage>): StageTable {
  const byHost = new Map<string, LoadedStage>();
  for (const { hosts, stage } of stages) {
    for (const host of hosts) byHost.set(hostName(host), stage);
  }
  // Most clients send the name alone, as it stands in the table.
  return { byHost: (host) => byHost.get(host) ?? byHost.get(hostName(host)) ?? null };
}

/** The name in a Host header: without port and trailing dot, lower case. */
function hostName(host: string): string {
  return host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
}

/** Holds the table that is served now. */
export class CurrentStages {
  /** Null until a configuration has been loaded, be it an empty one. */
  private current: StageTable | null = null;

  /** `onSwap` hears the origins of all backends that the stages of a new table may call. */
  constructor(private readonly onSwap: (origins: ReadonlySet<string>) => void) {}

  get isLoaded(): boolean {
    return this.current !== null;
  }

  byHost(host: string): LoadedStage | null {
    return this.current?.byHost(host) ?? null;
  }

  /** Exchanges all stages at once; requests that run keep what they began with. */
  swap(stages: readonly HostedStage[]): void {
    this.current = stageTable(stages);
    this.onSwap(new Set(stages.flatMap(({ stage }) => [...stage.origins])));
  }
}
