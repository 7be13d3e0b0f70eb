import type { BusEvent, BusSubscription, NamespacedEventBus } from "@flowmade-one/aether";
import { assert, assertEquals } from "@std/assert";
import { poll } from "../../../tools/nats/poll.ts";

/** The events that a bus delivers of a namespace during a fault, while others append and publish. */
export class BusLedger implements Disposable {
  readonly #publishing: NamespacedEventBus;
  readonly #subscription: BusSubscription;
  /** By actor, the versions that were announced. */
  readonly #announced: Map<string, number[]> = new Map();
  /** Numbers of what was published. */
  readonly #published: number[] = [];
  #commits = 0;
  #sent = 0;

  constructor(publishing: NamespacedEventBus, hearing: NamespacedEventBus) {
    this.#publishing = publishing;
    this.#subscription = hearing.subscribe((event) => this.#hear(event));
  }

  #hear(event: BusEvent): void {
    if (event.version === undefined) return void this.#published.push(event.data as number);
    const versions = this.#announced.get(event.actorId) ?? [];
    this.#announced.set(event.actorId, versions);
    versions.push(event.version);
    this.#commits++;
  }

  /** Publishes until the bus delivers an event that was published from now on, and a republished commit. */
  async more(): Promise<void> {
    const [commits, sent] = [this.#commits, this.#sent];
    const isHeard = () => {
      this.#publishing.publish("published", { type: "P", data: ++this.#sent });
      return Promise.resolve(this.#commits > commits && (this.#published.at(-1) ?? 0) > sent);
    };
    assert(
      await poll(isHeard),
      `heard ${this.#commits - commits} commits, and of what was published the last was ` +
        `${this.#published.at(-1)} of ${this.#sent}, more than ${sent} wanted`,
    );
  }

  /** Events may be lost. None is delivered twice, or after a later one. */
  check(): void {
    for (const [actorId, numbers] of [...this.#announced, ["published", this.#published] as const]) {
      const inOrder = [...new Set(numbers)].sort((a, b) => a - b);
      assertEquals(numbers, inOrder, `what was heard of ${actorId}`);
    }
  }

  [Symbol.dispose](): void {
    this.#subscription.close();
  }
}
