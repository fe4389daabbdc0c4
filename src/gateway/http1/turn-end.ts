/** What is to be sent at the end of the turn, unless it has been sent by then. */
export interface Flushable {
  flush(): void;
}

let waiting: Flushable[] = [];

/**
 * Has something flushed when what is being read now has been read: the first piece of a body can still leave in one
 * write with its head, and a head whose body takes long is not held up. One timer for all of a turn costs less than a
 * callback for each.
 */
export function flushAtTurnEnd(flushable: Flushable): void {
  if (waiting.length === 0) setImmediate(flushAll);
  waiting.push(flushable);
}

function flushAll(): void {
  const all = waiting;
  waiting = [];
  for (const flushable of all) flushable.flush();
}
