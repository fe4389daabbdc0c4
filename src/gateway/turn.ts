import { type Clock, systemClock } from './clock.js';

/** What is to be sent at the end of the turn. */
export interface Flushable {
  flush(): void;
}

/** With more that waits, what was touched first has left the processor's caches before it is sent. */
const MAX_WAITING = 48;

let waiting: Flushable[] = [];
let isAsked = false;
let isFlushing = false;

/**
 * Has something flushed when all that has come in this turn of the event loop has been read, or much of it. One timer for
 * all of a turn costs less than a callback for each.
 */
export function flushAtTurnEnd(flushable: Flushable): void {
  if (waiting.length >= MAX_WAITING && !isFlushing) flushAll();
  askForTurnEnd();
  waiting.push(flushable);
}

const NOT_READ = -1;
let [turnNowMs, turnSteadyMs] = [NOT_READ, NOT_READ];

/**
 * What time it was in this turn of the event loop when somebody asked first, and at its end again: to read a clock for each
 * of what a request needs takes longer than most of its steps.
 */
export const turnClock: Clock = {
  nowMs() {
    if (turnNowMs === NOT_READ) {
      turnNowMs = systemClock.nowMs();
      askForTurnEnd();
    }
    return turnNowMs;
  },
  steadyMs() {
    if (turnSteadyMs === NOT_READ) {
      turnSteadyMs = systemClock.steadyMs();
      askForTurnEnd();
    }
    return turnSteadyMs;
  },
};

function askForTurnEnd(): void {
  if (isAsked) return;
  isAsked = true;
  setImmediate(turnEnded);
}

function turnEnded(): void {
  forgetTimes();
  try {
    flushAll();
  } finally {
    isAsked = false;
    forgetTimes();
  }
}

function forgetTimes(): void {
  turnNowMs = turnSteadyMs = NOT_READ;
}

/** What is written meanwhile leaves with the rest: an answer that is out lets the request behind it begin. */
function flushAll(): void {
  const all = waiting;
  isFlushing = true;
  try {
    for (let at = 0; at < all.length; at += 1) all[at]?.flush();
  } finally {
    isFlushing = false;
    waiting = [];
  }
}
