import { assertEquals } from "@std/assert";
import { onAbort } from "../../src/lifecycle/on_abort.ts";

Deno.test("onAbort() adds one listener per signal, and calls each function once unless it was cancelled", () => {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
  const called: number[] = [];
  const cancels = [1, 2, 3].map((n) => onAbort(signal, () => called.push(n)));
  assertEquals(listeners, 1);
  cancels[1]!();
  cancels[1]!();
  controller.abort();
  assertEquals(called, [1, 3]);
  for (const cancel of cancels) cancel();
  assertEquals(listeners, 0);
});

Deno.test("onAbort() adds a listener again after the last function was cancelled", () => {
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
