import { assertEquals } from "@std/assert";
import { onAbort } from "../../src/lifecycle/on_abort.ts";

Deno.test("many that wait for one signal are one listener, and each is called once", () => {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
  const called: number[] = [];
  const letGo = [1, 2, 3].map((n) => onAbort(signal, () => called.push(n)));
  assertEquals(listeners, 1);
  letGo[1]!();
  letGo[1]!();
  controller.abort();
  assertEquals(called, [1, 3]);
  for (const letOneGo of letGo) letOneGo();
  assertEquals(listeners, 0);
});

Deno.test("after the last has let go, the next one listens anew", () => {
  const controller = new AbortController();
  let called = 0;
  onAbort(controller.signal, () => called++)();
  onAbort(controller.signal, () => called++);
  controller.abort();
  assertEquals(called, 1);
});

Deno.test("onAbort() without a signal returns a function that does nothing", () => {
  assertEquals(onAbort(undefined, () => {})(), undefined);
});
