// A map that forgets: when it is full, what has not been set for longest goes. Plain data in and out.

export class RecentMap<V> {
  private readonly capacity: number;
  private readonly entries = new Map<number, V>();

  /** At least 1. */
  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get(key: number): V | undefined {
    return this.entries.get(key);
  }

  set(key: number, value: V): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size > this.capacity) this.entries.delete(this.entries.keys().next().value!);
  }

  delete(key: number): void {
    this.entries.delete(key);
  }

  /** Longest unset first. */
  toState(): (readonly [number, V])[] {
    return [...this.entries];
  }

  restore(state: readonly (readonly [number, V])[]): void {
    this.entries.clear();
    for (const [key, value] of state) this.entries.set(key, value);
  }
}
