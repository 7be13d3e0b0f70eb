import type { BusEvent, BusSubscription, NamespacedEventBus } from "@flowmade-one/aether";
import { assert, assertEquals } from "@std/assert";
import { poll } from "../../../tools/nats/poll.ts";

/**
 * Records the events that a bus delivers during a fault. The test appends meanwhile, and {@link BusLedger.more}
 * publishes.
 */
export class BusLedger implements Disposable {
  readonly #publishing: NamespacedEventBus;
  readonly #subscription: BusSubscription;
  /** By actor, the versions of the delivered stored events. */
  readonly #stored: Map<string, number[]> = new Map();
  /** The numbers of the delivered published events. */
  readonly #published: number[] = [];
  /** The number of delivered stored events. */
  #storedCount = 0;
  /** The number of the last event that was published. */
  #lastSent = 0;

  constructor(publishing: NamespacedEventBus, subscribing: NamespacedEventBus) {
    this.#publishing = publishing;
    this.#subscription = subscribing.subscribe((event) => this.#record(event));
  }

  #record(event: BusEvent): void {
    if (event.version === undefined) return void this.#published.push(event.data as number);
    const versions = this.#stored.get(event.actorId) ?? [];
    this.#stored.set(event.actorId, versions);
    versions.push(event.version);
    this.#storedCount++;
  }

  /** Publishes events until the bus delivers one of them, and one more stored event. */
  async more(): Promise<void> {
    const [stored, sent] = [this.#storedCount, this.#lastSent];
    const deliversBoth = () => {
      this.#publishing.publish("published", { type: "P", data: ++this.#lastSent });
      return Promise.resolve(this.#storedCount > stored && (this.#published.at(-1) ?? 0) > sent);
    };
    assert(
      await poll(deliversBoth),
      `the bus delivered ${this.#storedCount - stored} further stored events, and the published events up to ` +
        `${this.#published.at(-1)}; ${sent + 1} to ${this.#lastSent} were published meanwhile`,
    );
  }

  /** Checks that the bus delivered no event twice, and no event after a later one. Events may be lost. */
  check(): void {
    for (const [actorId, numbers] of [...this.#stored, ["published", this.#published] as const]) {
      const inOrder = [...new Set(numbers)].sort((a, b) => a - b);
      assertEquals(numbers, inOrder, `the delivered events of ${actorId}`);
    }
  }

  [Symbol.dispose](): void {
    this.#subscription.close();
  }
}
