/** What time it is. */
export interface Clock {
  /** Milliseconds since 1970, as calendars count them; may jump when the machine's clock is set. */
  nowMs(): number;
  /** Milliseconds since some moment; never jumps, never goes back. */
  steadyMs(): number;
}

/** The clocks of the machine. */
export const systemClock: Clock = { nowMs: () => Date.now(), steadyMs: () => performance.now() };
