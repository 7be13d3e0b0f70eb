/** `forget()` after a crash, and of a consumer whose records are damaged. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { consume, consumer } from "@flowmade-one/aether/consumers";
import { AbortError, CorruptDataError, InvalidArgumentError } from "@flowmade-one/aether/errors";
import { definitionKey, prefixOf } from "../../src/consumers/consumer_keys.ts";
import { encodeSession, sessionKey } from "../../src/coordination/session_record.ts";
import { SharedMemory } from "./open_store.ts";

/** Milliseconds within which `forget` refuses a consumer with a living member: a heartbeat takes 2 seconds. */
const REFUSAL_MS = 4_000;

Deno.test("forget() waits until the session of a crashed process has ended, or its signal is aborted", async () => {
  await using shared = new SharedMemory();
  const store = shared.store();
  await (await consume(store, { name: "c" }, () => {})).close();
  const { records } = shared.driver.open(store.namespace);
  const session = encodeSession({ beat: 9, ttl: 1_000, services: [prefixOf("c")] });
  records.put(sessionKey("crashed", "1"), session, 0);
  const control = consumer(store, "c");
  await assertRejects(() => control.forget({ signal: AbortSignal.timeout(100) }), AbortError, "was aborted");
  assertEquals((await control.status()).members, ["crashed"]);
  await control.forget();
  await assertRejects(() => control.status(), InvalidArgumentError, "it does not exist");
});

Deno.test("forget() refuses a consumer with a member as soon as the member sends a heartbeat", async () => {
  await using shared = new SharedMemory();
  await using member = await consume(shared.store(), { name: "c" }, () => {});
  const control = consumer(shared.store(), "c");
  const began = performance.now();
  await assertRejects(() => control.forget(), InvalidArgumentError, `it has members: ${member.member}`);
  assert(performance.now() - began < REFUSAL_MS);
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
