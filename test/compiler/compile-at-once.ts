import { type CompilerInput, compileSteps } from '../../src/compiler/index.js';
import type { Snapshot } from '../../src/contract/snapshot.js';
import { runAtOnce } from '../../src/kernel/steps.js';

/** The snapshot of a stage. @throws AppError those of compileSteps */
export const compile = (input: CompilerInput): Snapshot => runAtOnce(compileSteps(input));
