import { assertType, type IsExact } from "@std/testing/types";
import { decider, type Events, events, type EventStore, given, type NewEvent, unchecked } from "@flowmade-one/aether";
import { consume } from "@flowmade-one/aether/consumers";
import { live } from "@flowmade-one/aether/projections";
import { memory } from "@flowmade-one/aether/memory";
import * as v from "valibot";
import { z } from "zod";

// Types are checked when this file is compiled. At run time, most of these tests check nothing more.

const Orders = events({
  Placed: z.object({ sku: z.string(), quantity: z.number().default(1) }),
  Paid: v.object({ cents: v.pipe(v.string(), v.transform(Number)) }),
  Shipped: unchecked<{ at: string; notes?: readonly string[] }>(),
  Closed: { schema: unchecked<null>(), formerly: ["Ended"] },
});
interface OrderEvents {
  Placed: { sku: string; quantity: number };
  Paid: { cents: number };
  Shipped: { at: string; notes?: readonly string[] };
  Closed: null;
}

Deno.test("events() infers the event map from the output types of schemas of several libraries", () => {
  assertType<IsExact<typeof Orders extends Events<infer E> ? E : never, OrderEvents>>(true);
  const store = memory().store("prod.orders", Orders);
  assertType<IsExact<typeof store, EventStore<OrderEvents>>>(true);
});

Deno.test("events() returns constructors that take the input type of a schema, and make events of its output type", () => {
  type Data<K extends keyof typeof Orders> = (typeof Orders)[K] extends (data: infer D, ...rest: never[]) => unknown ? D
    : never;
  assertType<IsExact<Data<"Placed">, { readonly sku: string; readonly quantity?: number | undefined }>>(true);
  assertType<IsExact<Data<"Paid">, { readonly cents: string }>>(true);
  assertType<IsExact<Data<"Closed">, null>>(true);
  const paid = Orders.Paid({ cents: "5" });
  assertType<IsExact<typeof paid, NewEvent<"Paid", { cents: number }>>>(true);
});

Deno.test("append(), publish(), decider() and given() accept events from constructors", () => {
  const backend = memory();
  const all = [Orders.Placed({ sku: "A" }), Orders.Paid({ cents: "5" }), Orders.Closed(null)];
  void backend.store("a", Orders).append("order.1", all, { expectedVersion: 0 });
  backend.bus.within("a", Orders).publish("order.1", Orders.Shipped({ at: "noon" }));
  const order = decider(Orders, {
    initial: () => 0,
    evolve: (sum, event) => event.type === "Placed" ? sum + event.data.quantity : sum,
    decide: (sku: string) => [Orders.Placed({ sku })],
  });
  given(order, Orders.Closed(null)).when("A").then(Orders.Placed({ sku: "A", quantity: 1 }));
});

Deno.test("consume() and live() infer their events from the map", async () => {
  await using backend = memory();
  const store = backend.store("a", Orders);
  await using _consumer = await consume(store, { name: "c", types: ["Placed", "Paid"] }, (event) => {
    if (event.type === "Placed") assertType<IsExact<typeof event.data.quantity, number>>(true);
  });
  await using _total = live(store, {
    initial: () => 0,
    evolve: (sum, event) => event.type === "Paid" ? sum + event.data.cents : sum,
  });
});

Deno.test("events() accepts upcasters that declare the type of their argument", () => {
  const Versions = events({
    Placed: {
      schema: unchecked<{ a: number; b: number; c: number }>(),
      version: 3,
      from: {
        1: (old: { a: number }) => ({ ...old, b: 1 }),
        2: (old: { a: number; b: number }) => ({ ...old, c: 2 }),
      },
    },
    Sold: { schema: unchecked<{ n: number }>(), version: 2, from: { 1: (old) => ({ n: Number(old) }) } },
  });
  assertType<
    IsExact<
      typeof Versions extends Events<infer E> ? E : never,
      { Placed: { a: number; b: number; c: number }; Sold: { n: number } }
    >
  >(true);
});
