/** `forget()` after a crash, of a consumer whose records are damaged, and on a storage that becomes silent. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Records } from "@flowmade-one/aether/adapter";
import { consume, consumer } from "@flowmade-one/aether/consumers";
import {
  AbortError,
  type AetherError,
  CorruptDataError,
  InvalidArgumentError,
  UnavailableError,
  UnsupportedStorageError,
} from "@flowmade-one/aether/errors";
import { definitionKey, prefixOf } from "../../src/consumers/consumer_keys.ts";
import { controlContext } from "../../src/consumers/control_consumer.ts";
import { StoredConsumer } from "../../src/consumers/stored_consumer.ts";
import { CoordinatorPool } from "../../src/coordination/coordinator_pool.ts";
import { DEFAULT_TTL } from "../../src/coordination/coordinator_settings.ts";
import { OPENED_KEY } from "../../src/coordination/opening.ts";
import { encodeSession, sessionKey } from "../../src/coordination/session_record.ts";
import { CloseScope } from "../../src/lifecycle/close_scope.ts";
import { partsOfLog } from "../../src/store/log_handle.ts";
import { atOnce, turns, untilAborted } from "../_support/until.ts";
import { TestClock } from "../_support/test_clock.ts";
import { appendTo, SharedMemory } from "./open_store.ts";
import { PARKING, recorder } from "./control_fixtures.ts";

Deno.test("forget() waits until the session of a crashed process has ended, or its signal is aborted", async () => {
  await using shared = new SharedMemory();
  const store = shared.store();
  await (await consume(store, { name: "c" }, () => {})).close();
  const { records } = shared.driver.open(store.namespace);
  const session = encodeSession({ beat: 9, ttl: 1_000, services: [prefixOf("c")] });
  records.put(sessionKey("crashed", "1"), session, 0);
  const control = consumer(store, "c");
  const controller = new AbortController();
  let isPending = true;
  const forgetting = control.forget({ signal: controller.signal }).finally(() => isPending = false);
  await turns();
  assert(isPending);
  controller.abort();
  await assertRejects(() => atOnce(forgetting), AbortError, "was aborted");
  assertEquals((await control.status()).members, ["crashed"]);
  await control.forget();
  await assertRejects(() => control.status(), InvalidArgumentError, "it does not exist");
});

Deno.test("forget() refuses a consumer with members, and deletes one without", async () => {
  await using shared = new SharedMemory();
  const store = shared.store();
  await appendTo(store, "a");
  const { handled, handle } = recorder(new Set());
  const member = await consume(shared.store(), PARKING, handle);
  await member.caughtUp();
  const control = consumer(store, "c");
  await assertRejects(() => control.forget(), InvalidArgumentError, `it has members: ${member.member}`);
  await member.close();
  await control.forget();
  await assertRejects(() => control.status(), InvalidArgumentError, "it does not exist");
  await using _again = await consume(shared.store(), { ...PARKING, order: "actor" }, handle);
  await control.caughtUp();
  assertEquals(handled, ["a1", "a1"]);
});

Deno.test("forget() deletes a consumer whose definition cannot be decoded", async () => {
  await using shared = new SharedMemory();
  const store = shared.store();
  await (await consume(store, { name: "c" }, () => {})).close();
  const { records } = shared.driver.open(store.namespace);
  const { revision } = records.scan("", 0).entries.find(({ key }) => key === definitionKey("c"))!;
  records.put(definitionKey("c"), new TextEncoder().encode("{x"), revision);
  const control = consumer(store, "c");
  await assertRejects(() => consume(store, { name: "c" }, () => {}), CorruptDataError, "Forget the consumer");
  await assertRejects(() => control.status(), CorruptDataError, "Forget the consumer");
  await assertRejects(() => control.pause(), CorruptDataError, "Forget the consumer");
  await control.forget();
  await assertRejects(() => control.forget(), InvalidArgumentError, "it does not exist");
  await (await consume(store, { name: "c", order: "actor" }, () => {})).close();
});

Deno.test("forget() can be repeated after a put has failed", async () => {
  await using shared = new SharedMemory();
  const store = shared.store();
  const handled = Promise.withResolvers<void>();
  const first = await consume(store, { name: "c" }, () => handled.resolve());
  await store.append("order.1", [{ type: "Placed", data: {} }], { expectedVersion: 0 });
  await handled.promise;
  await first.close();
  const { records } = shared.driver.open(store.namespace);
  const put = records.put.bind(records);
  let emptied = 0;
  records.put = (key, value, expected) => {
    if (key.startsWith(prefixOf("c")) && value.length === 0 && ++emptied === 2) throw new UnavailableError("silent");
    return put(key, value, expected);
  };
  await assertRejects(() => consumer(store, "c").forget(), UnavailableError, "silent");
  records.put = put;
  await consumer(store, "c").forget();
  const again = Promise.withResolvers<void>();
  await using _second = await consume(store, { name: "c" }, () => again.resolve());
  await again.promise;
});

Deno.test("forget() refuses members that use another version of the protocol", async () => {
  await using shared = new SharedMemory();
  const store = shared.store();
  await (await consume(store, { name: "c" }, () => {})).close();
  const { records } = shared.driver.open(store.namespace);
  const { revision } = records.scan("", 0).entries.find(({ key }) => key === OPENED_KEY)!;
  records.put(OPENED_KEY, new TextEncoder().encode("99"), revision);
  const refusal = 'Cannot forget the consumer "c": the members use version 99';
  await assertRejects(() => consumer(store, "c").forget(), UnsupportedStorageError, refusal);
});

/**
 * Begins `forget` in virtual time, on a storage that has the session of a member. The storage becomes silent when the
 * test sets `isSilent`.
 */
async function forgetInVirtualTime(shared: SharedMemory) {
  const store = shared.store();
  await (await consume(store, { name: "c" }, () => {})).close();
  const stored: Records = shared.driver.open(store.namespace).records;
  /** Stores a heartbeat of the member. Returns the revision. */
  const sendBeat = (beat: number, revision: number) => {
    const session = encodeSession({ beat, ttl: 600_000, services: [prefixOf("c")] });
    return stored.put(sessionKey("member", "1"), session, revision) as number;
  };
  const revision = sendBeat(9, 0);
  const storage = { isSilent: false };
  let sessions = 0;
  const records: Records = {
    isReplaceable: false,
    put: (...put) => {
      if (put[0].startsWith("sessions.process-")) sessions++;
      return storage.isSilent ? untilAborted(put[3]) : stored.put(...put);
    },
    scan: (...scan) => storage.isSilent ? untilAborted(scan[2]) : stored.scan(...scan),
    delete: (...deletion) => storage.isSilent ? untilAborted(deletion[2]) : stored.delete(...deletion),
  };
  const clock = new TestClock();
  const lifetime = new CloseScope("the store");
  const parts = {
    ...partsOfLog(store.logHandle)!,
    records,
    lifetime,
    coordinators: new CoordinatorPool(records, clock),
  };
  const control = new StoredConsumer("c", controlContext(store.namespace, "c", parts));
  const outcome: { error?: AetherError } = {};
  void control.forget().catch((error) => outcome.error = error);
  await turns();
  assert(sessions > 0, "the session of forget has begun");
  return { clock, lifetime, outcome, storage, sendBeat: (beat: number) => sendBeat(beat, revision) };
}

Deno.test("forget() refuses a consumer with a member at the first heartbeat after the member has sent one", async () => {
  await using shared = new SharedMemory();
  const { clock, outcome, sendBeat } = await forgetInVirtualTime(shared);
  for (let heartbeat = 0; heartbeat < 15; heartbeat++) {
    clock.pass(DEFAULT_TTL / 10);
    await turns();
  }
  assertEquals(outcome.error, undefined);
  sendBeat(10);
  clock.pass(DEFAULT_TTL / 10);
  await turns();
  assert(outcome.error instanceof InvalidArgumentError, String(outcome.error));
  assertStringIncludes(outcome.error.message, "it has members: member");
});

Deno.test("forget() rejects at once when the store is closed and the storage has become silent", async () => {
  await using shared = new SharedMemory();
  const { clock, lifetime, outcome, storage } = await forgetInVirtualTime(shared);
  storage.isSilent = true;
  let isClosed = false;
  void lifetime.close().then(() => isClosed = true);
  await turns();
  assertEquals(
    outcome.error?.message,
    'Cannot forget the consumer "c" any further: the store or the backend was closed',
  );
  for (let i = 0; i < 30 && !isClosed; i++) {
    clock.pass(DEFAULT_TTL / 10);
    await turns();
  }
  assert(isClosed, "the store is closed after the session has expired");
});

Deno.test("forget() rejects with UnavailableError after a session has been invalid for twice the ttl", async () => {
  await using shared = new SharedMemory();
  const { clock, outcome, storage } = await forgetInVirtualTime(shared);
  storage.isSilent = true;
  const began = clock.now();
  while (outcome.error === undefined && clock.now() < began + 4 * DEFAULT_TTL) {
    clock.pass(DEFAULT_TTL / 10);
    await turns();
  }
  const { error } = outcome;
  assert(error instanceof UnavailableError, String(error));
  assertStringIncludes(error.message, 'Cannot forget the consumer "c": the storage did not answer in 40000 ms.');
  assertStringIncludes(String(error.cause), "there was no answer in 2000 ms");
  const elapsed = clock.now() - began;
  assert(elapsed > 2 * DEFAULT_TTL && elapsed < 3 * DEFAULT_TTL, `${elapsed} ms`);
});
