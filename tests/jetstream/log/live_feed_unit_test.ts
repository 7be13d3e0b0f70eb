import { assertEquals, assertRejects } from "@std/assert";
import { parseNamespace } from "@flowmade-one/aether";
import { turns } from "../../_support/until.ts";
import type { StoredMessage } from "../../../adapters/jetstream/api/stored_message.ts";
import { LiveFeed, MAX_BUFFERED_BYTES, MAX_BUFFERED_MESSAGES } from "../../../adapters/jetstream/log/live_feed.ts";
import type { LogCursor } from "../../../adapters/jetstream/log/log_cursor.ts";
import { toLogFilter } from "../../../adapters/jetstream/log/log_filter.ts";
import { actorSubject, namesOf } from "../../../adapters/jetstream/wire/names.ts";

const PARTITIONS = 16;
const names = namesOf("aether", parseNamespace("t"));
const whole = toLogFilter(names, PARTITIONS);
const signal = new AbortController().signal;
const place = (next: number) => ({ last: next - 1, anchor: undefined, next, identity: "i", generation: 0 });

/** A cursor of the whole log that delivers what a test gives it, and counts its calls. */
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

  /** Delivers one message of each of these actors, in order, with a body of this number of bytes. */
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

/** A feed, its cursor, and the number of times that the feed reported its end. */
function newFeed() {
  const cursor = new FakeCursor();
  const state = { ended: 0 };
  const feed = new LiveFeed(cursor as unknown as LogCursor, () => state.ended++);
  const join = (actors?: string, next = 1, abortSignal = signal) =>
    feed.join(toLogFilter(names, PARTITIONS, actors), place(next), abortSignal);
  return { feed, cursor, state, join };
}

const sequences = (messages: readonly StoredMessage[] | undefined) => messages?.map(({ sequence }) => sequence);

Deno.test("LiveFeed.take() returns the messages that match the filter, from the place at which the subscription joined", async () => {
  const { feed, cursor, join } = newFeed();
  const [all, some, late] = [join(), join("a.*"), join(undefined, 3)];
  const taken = [all, some, late].map((subscription) => feed.take(subscription));
  cursor.give(["a.1", "b.1", "b.2", "a.2"]);
  assertEquals((await Promise.all(taken)).map(sequences), [[1, 2, 3, 4], [1, 4], [3, 4]]);
  assertEquals(feed.placeOf(some).last, 4);
});

Deno.test("LiveFeed.take() waits while no message matches, and the place of the subscription moves forward", async () => {
  const { feed, cursor, join } = newFeed();
  const subscription = join("a.*");
  const taken = feed.take(subscription);
  cursor.give(["b.1", "b.2"]);
  await turns(1);
  assertEquals(feed.placeOf(subscription), { ...place(3), last: 0 });
  cursor.give(["a.1"]);
  assertEquals(sequences(await taken), [3]);
});

Deno.test("LiveFeed reads only while a subscription waits", async () => {
  const { feed, cursor, join } = newFeed();
  const subscription = join();
  await feed.ready(subscription);
  await turns(1);
  assertEquals(cursor.takes, 0);
  const taken = feed.take(subscription);
  cursor.give(["a.1"]);
  await taken;
  cursor.give(["a.2"]);
  await turns(1);
  assertEquals(cursor.takes, 1);
  assertEquals(sequences(await feed.take(subscription)), [2]);
});

/** The reads of a fast subscription while a slow one takes nothing, and whether the slow one falls behind. */
const bounds: [title: string, reads: [count: number, bytes: number][], isBehind: boolean][] = [
  [`${MAX_BUFFERED_MESSAGES} messages`, [[1, 10], [MAX_BUFFERED_MESSAGES - 1, 10]], false],
  [`${MAX_BUFFERED_MESSAGES} messages and one more`, [[1, 10], [MAX_BUFFERED_MESSAGES - 1, 10], [1, 10]], true],
  [`${MAX_BUFFERED_MESSAGES} messages and one more at once`, [[MAX_BUFFERED_MESSAGES + 1, 10]], false],
  ["MAX_BUFFERED_BYTES bytes", [[1, MAX_BUFFERED_BYTES / 2], [1, MAX_BUFFERED_BYTES / 2]], false],
  ["one byte more than MAX_BUFFERED_BYTES", [[1, MAX_BUFFERED_BYTES / 2], [1, MAX_BUFFERED_BYTES / 2 + 1]], true],
  ["more than MAX_BUFFERED_BYTES bytes at once", [[3, MAX_BUFFERED_BYTES / 2]], false],
];

for (const [title, reads, isBehind] of bounds) {
  Deno.test(`LiveFeed.take() ${isBehind ? "no longer returns" : "still returns"} the first message after ${title}`, async () => {
    const { feed, cursor, join } = newFeed();
    const [slow, fast] = [join(), join()];
    let count = 0;
    for (const [messages, bytes] of reads) {
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

Deno.test("LiveFeed keeps every message until its only subscription has taken it", async () => {
  const { feed, cursor, join } = newFeed();
  const subscription = join();
  let next = 1;
  for (let i = 0; i < 5; i++) {
    const taken = feed.take(subscription);
    cursor.give(Array.from({ length: MAX_BUFFERED_MESSAGES }, () => "a"), 100_000);
    const messages = sequences(await taken)!;
    assertEquals([messages[0], messages.length], [next, MAX_BUFFERED_MESSAGES]);
    next += MAX_BUFFERED_MESSAGES;
  }
});

Deno.test("LiveFeed keeps a subscription that wants no message of the buffer, however far the buffer moves", async () => {
  const { feed, cursor, join } = newFeed();
  const [quiet, fast] = [join("quiet"), join()];
  for (let i = 0; i < 5; i++) {
    const taken = feed.take(fast);
    cursor.give(Array.from({ length: MAX_BUFFERED_MESSAGES }, () => "other"));
    await taken;
  }
  const taken = feed.take(quiet);
  cursor.give(["quiet"]);
  assertEquals(sequences(await taken), [5 * MAX_BUFFERED_MESSAGES + 1]);
});

Deno.test("LiveFeed ends when its cursor fails, and subscriptions keep their messages in the buffer and their places", async () => {
  const { feed, cursor, state, join } = newFeed();
  const [waiting, busy] = [join("a.*"), join()];
  const taken = feed.take(waiting);
  cursor.give(["b.1", "b.2"]);
  await turns(1);
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
