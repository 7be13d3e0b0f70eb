import { assert, assertEquals, assertThrows } from "@std/assert";
import { isAetherError } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { turns } from "../_support/until.ts";
import { grantOptions, recorder, viewed } from "./recorder.ts";

Deno.test("publish() reaches all handlers if one throws or rejects, and reports the error", async () => {
  const errors: [unknown, unknown][] = [];
  const backend = memory({ onError: (error, event) => errors.push([error, event?.actorId]) });
  const orders = backend.bus.within("ns");
  const { seen, handler } = recorder();
  const [thrown, rejected] = [new Error("thrown"), new Error("rejected")];
  orders.subscribe(() => {
    throw thrown;
  });
  orders.subscribe(() => Promise.reject(rejected));
  orders.subscribe(() => ({ then: (_: unknown, reject: (error: unknown) => void) => reject("thenable") }));
  orders.subscribe(handler);
  orders.publish("a", viewed(1));
  await turns(1);
  assertEquals(seen, [1]);
  assertEquals(errors, [[thrown, "a"], [rejected, "a"], ["thenable", "a"]]);
});

Deno.test("publish() does not await an asynchronous handler", () => {
  const orders = memory().bus.within("ns");
  const { seen, handler } = recorder();
  orders.subscribe(() => new Promise(() => {}));
  orders.subscribe(handler);
  orders.publish("a", viewed(1));
  orders.publish("a", viewed(2));
  assertEquals(seen, [1, 2]);
});

Deno.test("publish() and append() in a handler deliver after the current event, for every subscriber", async () => {
  const backend = memory();
  const orders = backend.bus.within("ns");
  const store = backend.store("ns");
  const [first, last] = [recorder(), recorder()];
  orders.subscribe(first.handler);
  orders.subscribe((event) => {
    if (event.version !== 1) return;
    orders.publish("a", viewed(10));
    void store.append("a", [viewed(2), viewed(3)], { expectedVersion: 1 });
  });
  orders.subscribe(last.handler);
  await store.append("a", [viewed(1)], { expectedVersion: 0 });
  assertEquals(first.seen, [1, 10, 2, 3]);
  assertEquals(last.seen, [1, 10, 2, 3]);
});

Deno.test("subscribe() and close() inside a handler take effect before the rest of the current delivery", () => {
  const orders = memory().bus.within("ns");
  const [gone, come] = [recorder(), recorder()];
  orders.subscribe(() => {
    victim[Symbol.dispose]();
    orders.subscribe(come.handler);
  });
  const victim = orders.subscribe(gone.handler);
  orders.publish("a", viewed(1));
  assertEquals([gone.seen, come.seen], [[], []]);
  orders.publish("a", viewed(2));
  assertEquals([gone.seen, come.seen], [[], [2]]);
});

Deno.test("subscribe() lets a handler end its own subscription", () => {
  const orders = memory().bus.within("ns");
  const { seen, handler } = recorder();
  const subscription = orders.subscribe((event) => {
    handler(event);
    subscription[Symbol.dispose]();
    subscription[Symbol.dispose]();
  });
  orders.publish("a", viewed(1));
  orders.publish("a", viewed(2));
  assertEquals(seen, [1]);
});

Deno.test("subscribe() and observe() end when their signal is aborted", () => {
  const backend = memory();
  const orders = backend.bus.within("ns");
  const controller = new AbortController();
  const { seen, handler } = recorder();
  orders.subscribe(handler, { signal: controller.signal });
  backend.bus.observe(backend.grant("ns", grantOptions), handler, { signal: controller.signal });
  orders.publish("a", viewed(1));
  controller.abort();
  orders.publish("a", viewed(2));
  assertEquals(seen, [1, 1]);
  assertEquals(backend.bus.subscriberCount("ns"), 0);
  assert(isAetherError(assertThrows(() => orders.subscribe(handler, { signal: controller.signal })), "aborted"));
});
