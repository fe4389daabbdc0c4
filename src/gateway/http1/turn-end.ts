/** What is to be sent at the end of the turn. */
export interface Flushable {
  flush(): void;
}

let waiting: Flushable[] = [];

/**
 * Has something flushed when all that has come in this turn of the event loop has been read. One timer for all of a turn
 * costs less than a callback for each.
 */
export function flushAtTurnEnd(flushable: Flushable): void {
  if (waiting.length === 0) setImmediate(flushAll);
  waiting.push(flushable);
}

/** What is written meanwhile leaves with the rest: an answer that is out lets the request behind it begin. */
function flushAll(): void {
  const all = waiting;
  for (let at = 0; at < all.length; at += 1) all[at]?.flush();
  waiting = [];
}
