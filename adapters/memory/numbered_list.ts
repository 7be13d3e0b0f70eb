/** Minimum number of dropped items at the front of the array before they are cut off, unless all items are dropped. */
const MIN_CUT = 1_024;

/** The greatest length to which `push` copies the array exactly. V8 grows an array by at least 16 elements. */
const MAX_EXACT_LENGTH = 8;

/**
 * A list that numbers its items 1, 2, 3, ... An item keeps its number. Only the first remaining item can be removed.
 * `push` and `drop` have constant cost on average.
 */
export class NumberedList<T> {
  #items: (T | undefined)[] = [];
  /** The number of the item at index 0, minus 1. */
  #base: number;
  /** The number of removed items. For each of them above the base, the array still has an empty element. */
  #dropped: number;

  /** @param dropped The number of items that count as removed. The first pushed item gets the next number. */
  constructor(dropped = 0) {
    this.#base = dropped;
    this.#dropped = dropped;
  }

  /** The count of removed items, which is also the number of the last removed item. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The number of the last item; 0 if no item was ever pushed. */
  get last(): number {
    return this.#base + this.#items.length;
  }

  /** The item with a number; `undefined` if it was removed or was not added yet. */
  at(number: number): T | undefined {
    return this.#items[number - this.#base - 1];
  }

  push(item: T): void {
    if (this.#items.length < MAX_EXACT_LENGTH) this.#items = this.#items.concat([item]);
    else this.#items.push(item);
  }

  /** The items `from` to `to`, both inclusive, as a new array. All of them must still be in the list. */
  slice(from: number, to: number): T[] {
    return this.#items.slice(from - this.#base - 1, to - this.#base) as T[];
  }

  /** Removes the first remaining item. */
  drop(): void {
    const first = this.#dropped - this.#base;
    this.#items[first] = undefined; // Frees the memory of the item.
    this.#dropped++;
    // Cutting copies the remaining items. At that time at most half of the items remain, which costs at most one copy
    // per removed item.
    if (first + 1 < this.#items.length && (first < MIN_CUT || first < this.#items.length / 2)) return;
    this.#items = this.#items.slice(first + 1);
    this.#base = this.#dropped;
  }
}
