/** A body that nobody has read yet: strangers are refused before it costs anything. What is left unread, Node drops. */
export class UnreadBody {
  /** `read` reads the body; it is called once at most. */
  constructor(readonly read: () => Promise<unknown>) {}
}
