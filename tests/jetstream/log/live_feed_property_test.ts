import { compilePattern, parseActorPattern } from "@flowmade-one/aether/patterns";
import type { EventStore, RecordedEvent, SubscribeOptions } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { SEEDS, withSeed } from "../../_support/seeds.ts";
import { RandomSource } from "../../routing/random_source.ts";
import { ask, consumerNames, untilNoConsumers } from "../_support/ask_server.ts";
import { testOnServer } from "../_support/test_server.ts";

const STEPS = 60;
const ACTORS = ["a.1", "a.2", "b.1", "b.2.x", "c"];
const PATTERNS = [undefined, undefined, ">", "a.*", "a.1", "a.2", "b.>", "b.1", "*.1", "c", "never.*"];
/** A number of commits that exceeds the buffer of a feed: a paused subscription falls behind. */
const LARGE_BURST = 1_300;

/** A subscription that takes events unless it is paused, and the events that it must deliver. */
class Follower {
  readonly options: SubscribeOptions;
  readonly first: number;
  readonly seen: RecordedEvent[] = [];
  readonly isWanted: (event: RecordedEvent) => boolean;
  readonly caughtUp: Promise<void>;
  readonly done: Promise<void>;
  readonly #close: () => Promise<void>;
  #resumed: PromiseWithResolvers<void> | undefined;

  /** @param first The index in the log from which the subscription must deliver the wanted events. */
  constructor(store: EventStore, options: SubscribeOptions, first: number) {
    this.options = options;
    this.first = first;
    const matches = compilePattern(parseActorPattern(options.actors ?? ">"));
    const { types } = options;
    this.isWanted = ({ actorId, type }) => matches(actorId) && (types?.includes(type) ?? true);
    const subscription = store.subscribe(options);
    this.caughtUp = subscription.caughtUp;
    this.caughtUp.catch(() => {});
    this.#close = () => subscription.close();
    this.done = this.#take(subscription);
  }

  async #take(events: AsyncIterable<RecordedEvent>): Promise<void> {
    for await (const event of events) {
      this.seen.push(event);
      await this.#resumed?.promise;
    }
  }

  pause(): void {
    this.#resumed ??= Promise.withResolvers();
  }

  resume(): void {
    this.#resumed?.resolve();
    this.#resumed = undefined;
  }

  async close(): Promise<void> {
    this.resume();
    await this.#close();
    await this.done;
  }
}

/** One run of random steps. */
class Run {
  readonly #random: RandomSource;
  readonly #store: EventStore;
  readonly #writer: EventStore;
  readonly #admin: NatsConnection;
  readonly #followers: Follower[] = [];
  #log: RecordedEvent[] = [];

  constructor(seed: number, store: EventStore, writer: EventStore, admin: NatsConnection) {
    this.#random = new RandomSource(seed);
    this.#store = store;
    this.#writer = writer;
    this.#admin = admin;
  }

  async play(): Promise<void> {
    for (let step = 0; step < STEPS; step++) await this.#step();
    for (const follower of this.#followers) follower.resume();
    for (const actorId of ACTORS) await this.#append(actorId);
    await this.#readLog();
    for (const follower of this.#followers) await this.#check(follower);
  }

  async #step(): Promise<void> {
    const random = this.#random;
    const percentile = random.below(100);
    if (percentile < 30) return await this.#burst(1 + random.below(40));
    if (percentile < 33) return await this.#burst(LARGE_BURST);
    if (percentile < 70) return await this.#subscribe();
    if (percentile < 80) return random.pick([...this.#followers, undefined])?.pause();
    if (percentile < 88) return random.pick([...this.#followers, undefined])?.resume();
    if (percentile < 95) return await this.#closeOne();
    await this.#deleteConsumer();
  }

  async #burst(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#append(this.#random.pick(ACTORS))));
    await this.#readLog();
  }

  async #append(actorId: string): Promise<void> {
    const types = Array.from({ length: 1 + this.#random.below(3) }, () => this.#random.pick(["X", "Y"]));
    await this.#writer.append(actorId, types.map((type) => ({ type, data: null })), { expectedVersion: "any" });
  }

  async #readLog(): Promise<void> {
    this.#log = await this.#writer.readAll().toArray();
  }

  async #subscribe(): Promise<void> {
    const random = this.#random;
    const filter = { actors: random.pick(PATTERNS), ...(random.chance(30) && { types: ["X"] }) };
    const kind = this.#log.length === 0 ? 0 : random.below(3);
    const index = random.chance(50) ? this.#log.length - 1 : random.below(this.#log.length);
    const after = kind === 0 ? "start" : kind === 1 ? "now" : this.#log[index]!.position;
    const first = kind === 0 ? 0 : kind === 1 ? this.#log.length : index + 1;
    const follower = new Follower(this.#store, { ...filter, after }, first);
    this.#followers.push(follower);
    // With `"now"`, an event that is appended before the subscription has caught up may be delivered or not. The run
    // therefore always waits. With another `after`, it waits only sometimes.
    if (after === "now" || random.chance(30)) await follower.caughtUp;
    if (random.chance(20)) follower.pause();
  }

  async #closeOne(): Promise<void> {
    if (this.#followers.length === 0) return;
    const [follower] = this.#followers.splice(this.#random.below(this.#followers.length), 1);
    await follower!.close();
    const wanted = this.#wantedBy(follower!).slice(0, follower!.seen.length);
    assertEquals(
      follower!.seen,
      wanted,
      `events delivered before the close, with ${JSON.stringify(follower!.options)}`,
    );
  }

  async #deleteConsumer(): Promise<void> {
    const names = await consumerNames(this.#admin, "t_events");
    if (names.length > 0) await ask(this.#admin, `CONSUMER.DELETE.t_events.${this.#random.pick(names)}`);
  }

  #wantedBy({ first, isWanted }: Follower): RecordedEvent[] {
    return this.#log.slice(first).filter(isWanted);
  }

  async #check(follower: Follower): Promise<void> {
    const wanted = this.#wantedBy(follower);
    while (follower.seen.length < wanted.length) {
      await Promise.race([follower.done, new Promise((resolve) => setTimeout(resolve, 5))]);
    }
    await follower.close();
    assertEquals(follower.seen, wanted, `events delivered with ${JSON.stringify(follower.options)}`);
  }
}

for (const seed of SEEDS) {
  await testOnServer(
    withSeed("subscribe() delivers each event once, in order, while subscriptions begin, end and pause", seed),
    async ({ connect }) => {
      const admin = await connect();
      await using writer = await jetstream({ connection: await connect(), timeout: 60_000 });
      await using backend = await jetstream({ connection: await connect(), timeout: 60_000 });
      await new Run(seed, backend.store("t"), writer.store("t"), admin).play();
      await untilNoConsumers(admin, "t_events");
    },
  );
}
