import type { ComparedDeploymentAnswer, DiffAnswer } from './diff.dto.js';
import type { ComparedDeployment, Comparison } from './diff.service.js';

/** A comparison as clients see it. */
export function presentComparison({ from, to, changes }: Comparison): DiffAnswer {
  return { from: present(from), to: present(to), isDifferent: changes.length > 0, changeList: [...changes] };
}

function present(deployment: ComparedDeployment | null): ComparedDeploymentAnswer | null {
  return deployment && { deployId: deployment.id, deployedAt: deployment.deployedAt };
}
