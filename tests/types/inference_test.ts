import { assertType, type IsExact } from "@std/testing/types";
import type { AnyEvents, DeepReadonly } from "@flowmade-one/aether/types";
import {
  type Events,
  events,
  type EventStore,
  type Namespace,
  type NewEventOf,
  parseNamespace,
  type Position,
  type ReadOnlyStore,
  type RecordedEvent,
  type RecordedEventOf,
} from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

interface OrderEvents {
  Placed: { sku: string; note?: string; lines: { price: number }[] };
  Shipped: { at: string };
}
const OrderEvents = events<OrderEvents>();
type Order = RecordedEventOf<OrderEvents>;

// Types are checked when this file is compiled; at run time these tests only show that it was loaded.

Deno.test("store() infers its events from the map", () => {
  const store = memory().store("prod.orders", OrderEvents);
  assertType<IsExact<typeof store, EventStore<OrderEvents>>>(true);
  assertType<IsExact<typeof store.namespace, Namespace>>(true);
});

/** The event type of the library Emmett. */
type Event<T extends string, D> = Readonly<{ type: T; data: D; metadata?: undefined }> & { readonly kind?: "Event" };

Deno.test("events() accepts a union of { type, data } objects, from one to many, as a map by type", () => {
  const one = events<{ type: "Placed"; data: { sku: string } }>();
  assertType<IsExact<typeof one, Events<{ Placed: { sku: string } }>>>(true);
  const many = events<Event<"Placed", { sku: string }> | Event<"Shipped" | "Lost", null>>();
  assertType<IsExact<typeof many, Events<{ Placed: { sku: string }; Shipped: null; Lost: null }>>>(true);
  const twice = events<{ type: "Placed"; data: { sku: string } } | { type: "Placed"; data: null }>();
  assertType<IsExact<typeof twice, Events<{ Placed: { sku: string } | null }>>>(true);
  const store = memory().store("prod.orders", many);
  void store.append("order.1", [{ type: "Placed", data: { sku: "A" } }, { type: "Lost", data: null }], {
    expectedVersion: 0,
  });
});

Deno.test("events() accepts a map with event types named type and data", () => {
  const named = events<{ type: { of: string }; data: { size: number } }>();
  assertType<IsExact<typeof named, Events<{ type: { of: string }; data: { size: number } }>>>(true);
});

Deno.test("events() accepts AnyEvents for any events", () => {
  assertType<IsExact<ReturnType<typeof any>, Events<AnyEvents>>>(true);
  function any() {
    return events<AnyEvents>();
  }
});

Deno.test("read() returns a union that `type` discriminates", () => {
  const read = (event: Order) => {
    assertType<IsExact<Order["type"], "Placed" | "Shipped">>(true);
    assertType<IsExact<typeof event.version, number>>(true);
    assertType<IsExact<typeof event.position, Position>>(true);
    if (event.type === "Placed") assertType<IsExact<typeof event.data.note, string | undefined>>(true);
    else assertType<IsExact<typeof event.data.at, string>>(true);
  };
  void read;
});

Deno.test("read() returns events that are read-only at every level", () => {
  assertType<
    IsExact<
      DeepReadonly<OrderEvents["Placed"]>,
      { readonly sku: string; readonly note?: string; readonly lines: readonly { readonly price: number }[] }
    >
  >(true);
});

Deno.test("readAll() with types returns events of these types", () => {
  const store = memory().store("prod.orders", OrderEvents);
  const reader = store.readAll({ types: ["Shipped"] });
  assertType<IsExact<Awaited<ReturnType<typeof reader.toArray>>, RecordedEvent<"Shipped", { at: string }>[]>>(true);
  const everything = store.readAll({ actors: "order.*" });
  assertType<IsExact<Awaited<ReturnType<typeof everything.toArray>>, Order[]>>(true);
});

Deno.test("store() without an event map reads events of any type with unknown data", () => {
  const store = memory().store("tenant-a");
  assertType<IsExact<typeof store, EventStore<AnyEvents>>>(true);
  const reader = store.read("a");
  assertType<IsExact<Awaited<ReturnType<typeof reader.toArray>>[number]["data"], unknown>>(true);
});

Deno.test("store() accepts a literal, a string, a parsed namespace, or no namespace", () => {
  const backend = memory();
  const name: string = "tenant-a";
  for (const store of [backend.store("a"), backend.store(name), backend.store(parseNamespace(name)), backend.store()]) {
    assertType<IsExact<typeof store, EventStore<AnyEvents>>>(true);
  }
});

Deno.test("append() accepts an event that was read", () => {
  const again = (store: EventStore<OrderEvents>, event: Order) =>
    store.append("order.1", [event], { expectedVersion: 0 });
  void again;
  assertType<IsExact<NewEventOf<OrderEvents>["type"], "Placed" | "Shipped">>(true);
});

Deno.test("append() accepts undefined for an optional property, also with exactOptionalPropertyTypes", () => {
  const append = (store: EventStore<OrderEvents>, note: string | undefined) =>
    store.append("order.1", [{ type: "Placed", data: { sku: "A", note, lines: [] } }], { expectedVersion: 0 });
  void append;
});

Deno.test("ReadOnlyStore accepts a store with any event map", async () => {
  const store = memory().store("prod.orders", OrderEvents);
  const count = async (source: ReadOnlyStore) => await source.latestVersion("a");
  await count(store);
});
