/** Number of dropped items at the front before the array is cut. */
const MAX_DEAD = 1_024;

/**
 * Number of items up to which the array is created anew at its exact size: V8 grows an array by 16 elements at least.
 */
const EXACT = 8;

/** Items numbered 1, 2, 3, ... for good. The first item can be removed. Each operation has constant cost. */
export class NumberedList<T> {
  #items: (T | undefined)[] = [];
  /** The number of the item at index 0, less one. */
  #base = 0;
  /** The number of removed items: those below the base, and those still at the front of the array. */
  #dropped = 0;

  /** The number of removed items. The first remaining item has the next number. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The number of the last item, 0 before the first. */
  get last(): number {
    return this.#base + this.#items.length;
  }

  /** The item with a number; absent if it was removed, or does not exist yet. */
  at(number: number): T | undefined {
    return this.#items[number - this.#base - 1];
  }

  push(item: T): void {
    if (this.#items.length < EXACT) this.#items = this.#items.concat([item]);
    else this.#items.push(item);
  }

  /** The items `from` to `to`, both inclusive and not removed, as a new array. */
  slice(from: number, to: number): T[] {
    return this.#items.slice(from - this.#base - 1, to - this.#base) as T[];
  }

  /** Removes the first remaining item. */
  drop(): void {
    const dead = this.#dropped - this.#base;
    this.#items[dead] = undefined; // The list does not keep a dropped item alive.
    this.#dropped++;
    // Cutting costs as much as the rest is long. It is done when at least half is removed, which makes it one step per
    // item.
    if (dead + 1 < this.#items.length && (dead < MAX_DEAD || dead < this.#items.length / 2)) return;
    this.#items = this.#items.slice(dead + 1);
    this.#base = this.#dropped;
  }
}
