import { assertEquals, assertThrows } from "@std/assert";
import type { BusEvent } from "@flowmade-one/aether";
import { DispatchQueue } from "../../src/bus/dispatch_queue.ts";

const event = (id: string) => ({ id }) as BusEvent;

Deno.test("DispatchQueue.deliver() keeps the order of waiting events after a stack overflow", () => {
  const queue = new DispatchQueue();
  const seen: string[] = [];
  const note = ({ id }: BusEvent) => void seen.push(id);
  const breaks = ({ id }: BusEvent) => {
    seen.push(id);
    for (const later of ["b", "c"]) queue.deliver(event(later), note);
    throw new RangeError("Maximum call stack size exceeded");
  };
  assertThrows(() => queue.deliver(event("a"), breaks), RangeError);
  queue.deliver(event("d"), note);
  assertEquals(seen, ["a", "b", "c", "d"]);
});

Deno.test("DispatchQueue.deliverAll() keeps the order of the remaining events after a stack overflow", () => {
  const queue = new DispatchQueue();
  const seen: string[] = [];
  const breaksAtB = ({ id }: BusEvent) => {
    seen.push(id);
    if (id === "b") throw new RangeError("Maximum call stack size exceeded");
  };
  assertThrows(() => queue.deliverAll(["a", "b", "c"].map(event), breaksAtB), RangeError);
  queue.deliver(event("d"), breaksAtB);
  assertEquals(seen, ["a", "b", "c", "d"]);
});
