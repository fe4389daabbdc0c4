import type { Socket } from 'node:net';
import { endSoon } from './end-soon.js';
import { HALF_OPEN_MS } from './listening.js';
import { malformedAnswer, MALFORMED_STATUS } from './malformed.js';
import type { NodeExchange } from './node-exchange.js';
import { QuietLimit } from './quiet-limit.js';

/** How many requests a client may send ahead of their answers: each takes memory, and nobody needs more. */
const MAX_WAITING = 100;
/** How often a client that has ended its side is looked at. */
const LOOK_MS = 1_000;

/** A client's connection and the requests on it. */
export class ClientConnection {
  private current: NodeExchange | null = null;
  private readonly waiting: NodeExchange[] = [];
  private hasCarried = false;
  private isEnding = false;

  constructor(
    private readonly socket: Socket,
    private readonly handle: (exchange: NodeExchange) => void,
  ) {}

  /** Whether no request has come yet. */
  get isUnused(): boolean {
    return !this.hasCarried;
  }

  /** Whether nothing that still comes is a request to serve. */
  get isRefused(): boolean {
    return this.isEnding;
  }

  /**
   * Has a request handled as soon as those before it are over: a backend must not get a later one first (RFC 9112,
   * 9.3.2), and only then does the engine tell that the client has gone. A client that sends too far ahead is cut off.
   */
  take(exchange: NodeExchange): void {
    this.hasCarried = true;
    if (this.current === null) this.begin(exchange);
    else if (this.waiting.length < MAX_WAITING) this.waiting.push(exchange);
    else this.cut();
  }

  /**
   * Answers what is no request, unless that would mix into the answer of an earlier one, and ends the connection:
   * where the next request would begin is unknown.
   */
  refuse(detail: string): void {
    if (this.isEnding) return;
    if (!this.canAnswer) return this.cut();
    this.isEnding = true;
    if (this.current?.isOver === false) this.current.refused(MALFORMED_STATUS);
    endSoon(this.socket, malformedAnswer(detail));
  }

  /**
   * The client sends no more. It may have gone, or wait for its answer still; nobody can tell. So it is given a while,
   * and then what runs for it is broken off.
   */
  inputEnded(): void {
    const quiet = new QuietLimit(this.socket);
    quiet.set(HALF_OPEN_MS, performance.now());
    const timer = setInterval(() => {
      if (quiet.isReached(performance.now())) this.cut();
    }, LOOK_MS);
    this.socket.once('close', () => clearInterval(timer));
  }

  private begin(exchange: NodeExchange): void {
    this.current = exchange;
    exchange.begin();
    this.handle(exchange);
    // Behind the listeners of whoever handles it: what they ask about it must not belong to the next one.
    exchange.onOver(() => this.next());
  }

  private next(): void {
    this.current = null;
    const exchange = this.waiting.shift();
    // A connection that ends answers nothing more, so that nothing more may be done either.
    if (exchange && this.socket.writable) this.begin(exchange);
  }

  private cut(): void {
    this.isEnding = true;
    this.socket.destroy();
  }

  private get canAnswer(): boolean {
    const { current } = this;
    if (!this.socket.writable || this.waiting.length > 0) return false;
    return current === null || current.isOver || (current.isReceiving && !current.isAnswered);
  }
}
