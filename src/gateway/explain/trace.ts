import type { SnapshotPlugin, SnapshotRoute } from '../../contract/snapshot.js';
import type { PluginType } from '../../contract/plugins/index.js';
import { inOrder } from '../chain.js';
import type { RequestCheck } from '../plugins/step.js';
import { LoadedPath, type LoadedStage } from '../stages/index.js';
import type { ExplainedPlugin, Explanation, PluginPhase, PluginResult } from './explanation.js';
import type { UntouchedServices } from './untouched-services.js';

const PHASES = { check: 'CHECK', request: 'REQUEST', response: 'RESPONSE' } as const;

type Outcome = Explanation['outcome'];
type Seen = Pick<ExplainedPlugin, 'result' | 'requestsPerSecond'>;

/** Sees what the checks of one route say, and lets those pass that would have to call somebody. */
export class Trace {
  private readonly seen = new Map<string, Seen>();

  constructor(private readonly services: UntouchedServices) {}

  /** A stage that is the same but for the checks of the route, which are watched. */
  watch(stage: LoadedStage, path: string, route: SnapshotRoute): LoadedStage {
    const types = inOrder(route.plugins).flatMap(({ step }) => (step.phase === 'check' ? [step.type] : []));
    return {
      ...stage,
      router: {
        tree: stage.router.tree,
        match: (segments, method) => {
          const match = stage.router.match(segments, method);
          const loaded = match?.path.path === path ? match.path.route(route.method) : undefined;
          if (!match || !loaded) return match;
          const checks = loaded.chain.checks.map((check, at) => this.watchCheck(types[at] ?? '', check));
          const { cors, routes } = match.path;
          const watched = { ...loaded, chain: { ...loaded.chain, checks } };
          const others = routes.map((each) => (each === loaded ? watched : each));
          return match.withPath(new LoadedPath(path, cors, others));
        },
      },
    };
  }

  private watchCheck(type: string, check: RequestCheck): RequestCheck {
    const { services, seen } = this;
    return async (context) => {
      const [callsBefore, ratesBefore] = [services.callsWanted, services.rates.length];
      const note = (result: PluginResult): void => {
        seen.set(type, { result, requestsPerSecond: services.rates[ratesBefore]?.limit ?? null });
      };
      try {
        await check(context);
        note('PASSED');
      } catch (error) {
        const isAssumed = services.callsWanted > callsBefore;
        note(isAssumed ? 'ASSUMED' : 'REFUSED');
        if (!isAssumed) throw error;
      }
    };
  }

  /** The plugins of the route in the order of the request, by what came of it. */
  pluginsOf(path: string, route: SnapshotRoute, outcome: Outcome): ExplainedPlugin[] {
    const ordered = inOrder(route.plugins).map(({ step, plugin }) =>
      this.show(step.type, plugin.origin, PHASES[step.phase], outcome),
    );
    const backend = this.show(route.backend.type, { path, method: route.method }, 'BACKEND', outcome);
    const answers = ordered.findIndex(({ phase }) => phase === 'RESPONSE');
    return ordered.toSpliced(answers < 0 ? ordered.length : answers, 0, backend);
  }

  private show(
    type: PluginType,
    origin: SnapshotPlugin['origin'],
    phase: PluginPhase,
    outcome: Outcome,
  ): ExplainedPlugin {
    const seen = this.seen.get(type) ?? { result: resultOf(phase, outcome), requestsPerSecond: null };
    return { type, origin, phase, ...seen };
  }
}

/** What becomes of a plugin that is no check, and of a check that the request did not come to. */
function resultOf(phase: PluginPhase, outcome: Outcome): PluginResult {
  if (phase === 'CHECK' || outcome === 'FAILURE' || outcome === 'PREFLIGHT') return 'SKIPPED';
  if (outcome === 'MOCK') return phase === 'REQUEST' ? 'SKIPPED' : 'APPLIED';
  return phase === 'RESPONSE' ? 'LATER' : 'APPLIED';
}
