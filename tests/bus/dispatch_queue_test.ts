import { assertEquals, assertThrows } from "@std/assert";
import type { BusEvent } from "@flowmade-one/aether";
import { DispatchQueue } from "../../src/bus/dispatch_queue.ts";

const event = (id: string) => ({ id }) as BusEvent;

Deno.test("DispatchQueue keeps the order of waiting events after a stack overflow", () => {
  const line = new DispatchQueue();
  const seen: string[] = [];
  const note = ({ id }: BusEvent) => void seen.push(id);
  const breaks = ({ id }: BusEvent) => {
    seen.push(id);
    for (const later of ["b", "c"]) line.deliver(event(later), note);
    throw new RangeError("Maximum call stack size exceeded");
  };
  assertThrows(() => line.deliver(event("a"), breaks), RangeError);
  line.deliver(event("d"), note);
  assertEquals(seen, ["a", "b", "c", "d"]);
});

Deno.test("of a commit that broke off, the rest keeps its place", () => {
  const line = new DispatchQueue();
  const seen: string[] = [];
  const breaksAtB = ({ id }: BusEvent) => {
    seen.push(id);
    if (id === "b") throw new RangeError("Maximum call stack size exceeded");
  };
  assertThrows(() => line.deliverAll(["a", "b", "c"].map(event), breaksAtB), RangeError);
  line.deliver(event("d"), breaksAtB);
  assertEquals(seen, ["a", "b", "c", "d"]);
});
