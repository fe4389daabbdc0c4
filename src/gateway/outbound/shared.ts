/** Things that live for as long as somebody uses them, one for each key: routes of one stage, and its deployments after each other, share them. */
export class Shared<Thing extends object> {
  private readonly things = new Map<string, WeakRef<Thing>>();

  /** The thing of a key; made when nobody has it. */
  get(key: string, make: () => Thing): Thing {
    const known = this.things.get(key)?.deref();
    if (known) return known;
    for (const [other, reference] of this.things) if (!reference.deref()) this.things.delete(other);
    const thing = make();
    this.things.set(key, new WeakRef(thing));
    return thing;
  }
}
