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
  if (!isAsked) {
    isAsked = true;
    setImmediate(turnEnded);
  }
  waiting.push(flushable);
}

function turnEnded(): void {
  isAsked = false;
  flushAll();
}

/** What is written meanwhile leaves with the rest: an answer that is out lets the request behind it begin. */
function flushAll(): void {
  const all = waiting;
  isFlushing = true;
  for (let at = 0; at < all.length; at += 1) all[at]?.flush();
  isFlushing = false;
  waiting = [];
}
