import { assertEquals, assertRejects } from "@std/assert";
import { parseNamespace } from "@flowmade-one/aether";
import type { StoredMessage } from "../../../adapters/jetstream/api/stored_message.ts";
import { LiveFeed, WINDOW_BYTES, WINDOW_MESSAGES } from "../../../adapters/jetstream/log/live_feed.ts";
import type { LogCursor } from "../../../adapters/jetstream/log/log_cursor.ts";
import { toLogFilter } from "../../../adapters/jetstream/log/log_filter.ts";
import { actorSubject, namesOf } from "../../../adapters/jetstream/wire/names.ts";

const PARTITIONS = 16;
const names = namesOf("aether", parseNamespace("t"));
const whole = toLogFilter(names, PARTITIONS);
const signal = new AbortController().signal;
const place = (next: number) => ({ last: next - 1, anchor: undefined, next, identity: "i", generation: 0 });

/** A cursor of the whole log that has what a test gives it, and counts what it is asked for. */
class FakeCursor {
  readonly filter = whole;
  isStarted = false;
  starts = 0;
  takes = 0;
  isClosed = false;
  decoded = 0;
  readonly decode = () => (this.decoded++, []);
  place = place(1);
  #given: PromiseWithResolvers<readonly StoredMessage[]> = Promise.withResolvers();

  start(): Promise<void> {
    if (!this.isStarted) this.starts++;
    this.isStarted = true;
    return Promise.resolve();
  }
  async take(): Promise<readonly StoredMessage[]> {
    this.takes++;
    const messages = await this.#given.promise;
    this.#given = Promise.withResolvers();
    this.place = place((messages.at(-1)?.sequence ?? 0) + 1);
    return messages;
  }
  skip(): Promise<void> {
    return Promise.resolve();
  }
  advanceAnchor(): void {}
  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  /** Delivers messages of these actors in order, each of this number of bytes. */
  give(actors: readonly string[], bytes = 10): void {
    const { next } = this.place;
    this.#given.resolve(actors.map((actorId, i) => ({
      sequence: next + i,
      subject: actorSubject(names, PARTITIONS, actorId),
      headers: undefined,
      data: new Uint8Array(bytes),
    })));
  }
  fail(error: Error): void {
    this.#given.reject(error);
  }
}

/** A feed, its cursor, and how often it ended. */
function newFeed() {
  const cursor = new FakeCursor();
  const state = { ended: 0 };
  const feed = new LiveFeed(cursor as unknown as LogCursor, () => state.ended++);
  const join = (actors?: string, next = 1, s = signal) =>
    feed.join(toLogFilter(names, PARTITIONS, actors), place(next), s);
  return { feed, cursor, state, join };
}

const sequences = (messages: readonly StoredMessage[] | undefined) => messages?.map(({ sequence }) => sequence);
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("LiveFeed.take() gives each subscription what its filter matches, from where it joined", async () => {
  const { feed, cursor, join } = newFeed();
  const [all, some, late] = [join(), join("a.*"), join(undefined, 3)];
  const taken = [all, some, late].map((subscription) => feed.take(subscription));
  cursor.give(["a.1", "b.1", "b.2", "a.2"]);
  assertEquals((await Promise.all(taken)).map(sequences), [[1, 2, 3, 4], [1, 4], [3, 4]]);
  assertEquals(feed.placeOf(some).last, 4);
});

Deno.test("LiveFeed.take() waits on while nothing matches, and the subscription's place moves all the same", async () => {
  const { feed, cursor, join } = newFeed();
  const subscription = join("a.*");
  const taken = feed.take(subscription);
  cursor.give(["b.1", "b.2"]);
  await settled();
  assertEquals(feed.placeOf(subscription), { ...place(3), last: 0 });
  cursor.give(["a.1"]);
  assertEquals(sequences(await taken), [3]);
});

Deno.test("LiveFeed reads only while a subscription waits", async () => {
  const { feed, cursor, join } = newFeed();
  const subscription = join();
  await feed.ready(subscription);
  await settled();
  assertEquals(cursor.takes, 0);
  const taken = feed.take(subscription);
  cursor.give(["a.1"]);
  await taken;
  cursor.give(["a.2"]);
  await settled();
  assertEquals(cursor.takes, 1);
  assertEquals(sequences(await feed.take(subscription)), [2]);
});

/** The messages that a fast subscription takes while a slow one takes none, and whether the slow one falls behind. */
const bounds: [what: string, pieces: [count: number, bytes: number][], isBehind: boolean][] = [
  [`${WINDOW_MESSAGES} messages`, [[1, 10], [WINDOW_MESSAGES - 1, 10]], false],
  [`${WINDOW_MESSAGES} messages and one more`, [[1, 10], [WINDOW_MESSAGES - 1, 10], [1, 10]], true],
  [`${WINDOW_MESSAGES} messages and one more at once`, [[WINDOW_MESSAGES + 1, 10]], false],
  ["as many bytes as the window has", [[1, WINDOW_BYTES / 2], [1, WINDOW_BYTES / 2]], false],
  ["a byte more than the window has", [[1, WINDOW_BYTES / 2], [1, WINDOW_BYTES / 2 + 1]], true],
  ["more bytes at once than the window has", [[3, WINDOW_BYTES / 2]], false],
];

for (const [what, pieces, isBehind] of bounds) {
  Deno.test(`LiveFeed.take() ${isBehind ? "has lost" : "still has"} the first message after ${what}`, async () => {
    const { feed, cursor, join } = newFeed();
    const [slow, fast] = [join(), join()];
    let count = 0;
    for (const [messages, bytes] of pieces) {
      const taken = feed.take(fast);
      cursor.give(Array.from({ length: messages }, () => "a"), bytes);
      assertEquals((await taken)?.length, messages);
      count += messages;
    }
    assertEquals(feed.covers(1), !isBehind);
    const rest = sequences(await feed.take(slow));
    assertEquals(rest, isBehind ? undefined : Array.from({ length: count }, (_, i) => i + 1));
    if (isBehind) assertEquals(feed.placeOf(slow), place(1));
  });
}

Deno.test("LiveFeed never loses what its only subscription has not taken", async () => {
  const { feed, cursor, join } = newFeed();
  const subscription = join();
  let next = 1;
  for (let i = 0; i < 5; i++) {
    const taken = feed.take(subscription);
    cursor.give(Array.from({ length: WINDOW_MESSAGES }, () => "a"), 100_000);
    const messages = sequences(await taken)!;
    assertEquals([messages[0], messages.length], [next, WINDOW_MESSAGES]);
    next += WINDOW_MESSAGES;
  }
});

Deno.test("LiveFeed lets no subscription fall behind that wants no message of the window", async () => {
  const { feed, cursor, join } = newFeed();
  const [quiet, fast] = [join("quiet"), join()];
  for (let i = 0; i < 5; i++) {
    const taken = feed.take(fast);
    cursor.give(Array.from({ length: WINDOW_MESSAGES }, () => "other"));
    await taken;
  }
  const taken = feed.take(quiet);
  cursor.give(["quiet"]);
  assertEquals(sequences(await taken), [5 * WINDOW_MESSAGES + 1]);
});

Deno.test("LiveFeed ends when its cursor fails, and subscriptions keep offered messages and their places", async () => {
  const { feed, cursor, state, join } = newFeed();
  const [waiting, busy] = [join("a.*"), join()];
  const taken = feed.take(waiting);
  cursor.give(["b.1", "b.2"]);
  await settled();
  cursor.fail(new RangeError("lost"));
  assertEquals(await taken, undefined);
  assertEquals([feed.isOver, state.ended, feed.covers(3)], [true, 1, false]);
  assertEquals(feed.placeOf(waiting).next, 3);
  assertEquals(sequences(await feed.take(busy)), [1, 2]);
  assertEquals(await feed.take(busy), undefined);
  assertEquals(await feed.ready(busy), false);
});

Deno.test("LiveFeed.ready() starts the cursor once for all subscriptions, and ends the feed if that fails", async () => {
  const { feed, cursor, join } = newFeed();
  const subscriptions = [join(), join(), join()];
  assertEquals(await Promise.all(subscriptions.map((subscription) => feed.ready(subscription))), [true, true, true]);
  assertEquals(cursor.starts, 1);
  const failing = newFeed();
  failing.cursor.start = () => Promise.reject(new RangeError("no"));
  const subscription = failing.join();
  await assertRejects(() => failing.feed.ready(subscription), RangeError, "no");
  assertEquals([failing.feed.isOver, failing.state.ended], [true, 1]);
});

Deno.test("LiveFeed.take() of an aborted subscription rejects with the reason, and other subscriptions continue", async () => {
  const { feed, cursor, join } = newFeed();
  const controller = new AbortController();
  const [leaving, staying] = [join(undefined, 1, controller.signal), join()];
  const left = feed.take(leaving);
  const taken = feed.take(staying);
  controller.abort(new RangeError("enough"));
  await assertRejects(() => left, RangeError, "enough");
  await feed.leave(leaving);
  cursor.give(["a.1"]);
  assertEquals(sequences(await taken), [1]);
  assertEquals([feed.isOver, cursor.isClosed], [false, false]);
  await feed.leave(staying);
  assertEquals([feed.isOver, cursor.isClosed], [true, true]);
});

Deno.test("LiveFeed.eventsOf() decodes a message once for all subscriptions", async () => {
  const { feed, cursor, join } = newFeed();
  const subscriptions = [join(), join(), join()];
  const taken = subscriptions.map((subscription) => feed.take(subscription));
  cursor.give(["a.1", "a.2"]);
  for (const messages of await Promise.all(taken)) messages!.forEach((message) => feed.eventsOf(message));
  assertEquals(cursor.decoded, 2);
});
