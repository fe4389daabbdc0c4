/** The programs of the product. */
export type Program = 'control-plane' | 'gateway';

/**
 * Half of the room for young garbage of a control plane. With the usual 16 MB it takes 25 MB more, and answers no
 * sooner. It cannot be set once the process runs.
 */
const CONTROL_PLANE_SEMI_SPACE_MB = 4;

/** The flags that Node starts a program with; the Dockerfile and docs/operations.md have them too. */
export function nodeFlagsOf(program: Program): readonly string[] {
  const memory = program === 'control-plane' ? [`--max-semi-space-size=${CONTROL_PLANE_SEMI_SPACE_MB}`] : [];
  return ['--enable-source-maps', ...memory];
}
