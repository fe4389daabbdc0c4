/** The programs of the product. */
export type Program = 'control-plane' | 'gateway';

/**
 * Half of the room for young garbage of a control plane. With the usual 16 MB it takes 16 MB more and answers no sooner;
 * with 4 MB a call takes a fifth more of the processor. It cannot be set once the process runs.
 */
const CONTROL_PLANE_SEMI_SPACE_MB = 8;

/**
 * Half of the room for young garbage of a gateway, at least: as much as it has under load anyway. V8 gives it back while
 * nothing is to do; what comes next then grows old at once, and is collected at the cost of some 20 ms a few seconds later.
 */
const GATEWAY_SEMI_SPACE_MB = 16;

/** The flags that Node starts a program with; the Dockerfile and docs/operations.md have them too. */
export function nodeFlagsOf(program: Program): readonly string[] {
  return program === 'control-plane'
    ? [`--max-semi-space-size=${CONTROL_PLANE_SEMI_SPACE_MB}`]
    : [`--min-semi-space-size=${GATEWAY_SEMI_SPACE_MB}`];
}

/**
 * The variables that a program is started with for its memory's sake: of glibc, which keeps what several threads have
 * freed apart, 13 MB of it.
 */
export function memoryVariablesOf(program: Program): Readonly<Record<string, string>> {
  return program === 'control-plane' ? { MALLOC_ARENA_MAX: '2' } : {};
}
