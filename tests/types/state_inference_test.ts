import { assertType, type IsExact } from "@std/testing/types";
import {
  allOf,
  anyOf,
  everyEvents,
  olderThan,
  type SnapshotPolicy,
  when,
  type WithSnapshots,
  withSnapshots,
} from "@flowmade-one/aether/snapshots";
import {
  type DecidedEvents,
  type Decider,
  decider,
  event,
  events,
  type EventStore,
  execute,
  type ExecuteResult,
  load,
  type LoadResult,
  type Namespace,
  type ReadOnlyStore,
  type RecordedEvent,
  type RecordedEventOf,
  type WithTypes,
} from "@flowmade-one/aether";
import type { DeepReadonly, Evolver } from "@flowmade-one/aether/types";
import { memory } from "@flowmade-one/aether/memory";

interface OrderEvents {
  Placed: { sku: string };
  Shipped: { at: string };
}
const OrderEvents = events<OrderEvents>();

interface Order {
  readonly sku?: string;
  readonly isShipped: boolean;
}
type Command = { place: string } | "ship";

const order = decider(OrderEvents, {
  initial: (): Order => ({ isShipped: false }),
  evolve: (state, event) => {
    assertType<IsExact<typeof state, Order>>(true);
    assertType<IsExact<typeof event, RecordedEventOf<OrderEvents>>>(true);
    return event.type === "Placed" ? { ...state, sku: event.data.sku } : { ...state, isShipped: true };
  },
  decide: (command: Command, state) => {
    assertType<IsExact<typeof state, Order>>(true);
    return command === "ship"
      ? [{ type: "Shipped", data: { at: "noon" } }]
      : [{ type: "Placed", data: { sku: command.place } }];
  },
});

// Types are checked when this file is compiled; at run time these tests only show that it was loaded.

Deno.test("decider() infers events from the map, the state from initial, and commands from decide", () => {
  assertType<IsExact<typeof order, Decider<Order, Command, OrderEvents>>>(true);
});

Deno.test("load() and execute() have the types of the decider", async () => {
  const store = memory().store("prod.orders", OrderEvents);
  const executed = await execute(store, order, "order.1", { place: "A" });
  assertType<IsExact<typeof executed, ExecuteResult<Order, OrderEvents>>>(true);
  assertType<IsExact<(typeof executed.events)[number], RecordedEventOf<OrderEvents>>>(true);
  const loaded = await load(store, order, "order.1");
  assertType<IsExact<typeof loaded, LoadResult<Order>>>(true);
});

Deno.test("decider() accepts an asynchronous decide, and a number as state", () => {
  const counter = decider(OrderEvents, {
    initial: () => 0,
    evolve: (sum) => sum + 1,
    decide: async (command: number) => {
      await Promise.resolve();
      return command > 0 ? [{ type: "Shipped", data: { at: "noon" } }] : [];
    },
  });
  assertType<IsExact<typeof counter, Decider<number, number, OrderEvents>>>(true);
});

Deno.test("load() accepts an evolver without decide, and one with more event types than the source", () => {
  const count = (source: ReadOnlyStore<OrderEvents>) =>
    load(source, { initial: () => 0, evolve: (sum: number) => sum + 1 }, "order.1");
  const placed = (source: ReadOnlyStore<Pick<OrderEvents, "Placed">>) => load(source, order, "order.1");
  assertType<IsExact<Awaited<ReturnType<typeof count>>, LoadResult<number>>>(true);
  assertType<IsExact<Awaited<ReturnType<typeof placed>>, LoadResult<Order>>>(true);
});

Deno.test("withSnapshots() returns a decider, and its policies receive the type of the state", async () => {
  const snapshotted = withSnapshots(order, {
    schema: 1,
    policy: anyOf(everyEvents(100), allOf(olderThan(60_000), when(({ state }) => state.isShipped))),
    onError: (error, actor) => {
      assertType<IsExact<typeof error, unknown>>(true);
      assertType<IsExact<typeof actor.namespace, Namespace>>(true);
    },
  });
  assertType<IsExact<typeof snapshotted, Decider<Order, Command, OrderEvents> & WithSnapshots<Order>>>(true);
  const store = memory().store("prod.orders", OrderEvents);
  const executed = await execute(store, snapshotted, "order.1", { place: "A" });
  assertType<IsExact<typeof executed, ExecuteResult<Order, OrderEvents>>>(true);
  const apart = anyOf(everyEvents(100), allOf(olderThan(60_000), when<Order>(({ state }) => state.isShipped)));
  assertType<IsExact<typeof apart, SnapshotPolicy<Order>>>(true);
  const own: SnapshotPolicy<Order> = ({ state, version }) => state.isShipped || version > 9;
  withSnapshots(order, { schema: 1, policy: own, onError: () => {} });
  withSnapshots(order, { schema: 1, policy: ({ state }) => state.isShipped, onError: () => {} });
});

interface Line {
  readonly sku: string;
  readonly note?: string | undefined;
}
interface Cart {
  readonly lines: readonly Line[];
  readonly byName: Readonly<Record<string, Line>>;
  readonly place: [row: number, seat: string | null];
  readonly parts: Part[];
  readonly status: { readonly is: "open" } | { readonly is: "sent"; readonly at: number };
}
interface Part {
  readonly parts: Part[];
}
type Nested = number | Nested[];
type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

Deno.test("withSnapshots() accepts states of interfaces, optional properties, unions, tuples, recursive types, any and unknown", () => {
  const settings = { schema: 1, policy: everyEvents(9), onError: () => {} };
  const accept = <S>(initial: () => S) => decider(OrderEvents, { initial, evolve: (state) => state, decide: () => [] });
  withSnapshots(accept((): Cart => null!), settings);
  withSnapshots(accept((): Cart | null => null), settings);
  withSnapshots(accept((): readonly Cart[] => []), settings);
  withSnapshots(accept((): Nested => 0), settings);
  withSnapshots(accept((): JsonValue => null), settings);
  withSnapshots(accept((): { readonly value: JsonValue } => ({ value: null })), settings);
  withSnapshots(accept((): Partial<Record<"a" | "b", number>> => ({})), settings);
  withSnapshots(accept((): string & { readonly __brand: "id" } => null!), settings);
  withSnapshots(accept((): unknown => null), settings);
  // deno-lint-ignore no-explicit-any -- the test is about `any`
  withSnapshots(accept((): any => null), settings);
});

Deno.test("events() accepts data of a recursive JSON type", () => {
  interface JsonEvents {
    Put: { value: JsonValue; rest?: [count: number, ...names: string[]] };
  }
  const JsonEvents = events<JsonEvents>();
  const put = decider(JsonEvents, {
    initial: (): JsonValue => null,
    evolve: (_, { data }) => {
      assertType<IsExact<typeof data.value, DeepReadonly<JsonValue>>>(true);
      assertType<IsExact<typeof data.rest, readonly [count: number, ...names: string[]] | undefined>>(true);
      return null;
    },
    decide: (
      value: JsonValue,
    ) => [{ type: "Put", data: { value } }, { type: "Put", data: { value: { a: [1, null] } } }],
  });
  assertType<IsExact<typeof put, Decider<JsonValue, JsonValue, JsonEvents>>>(true);
});

Deno.test("event() keeps the literal type in helpers, array variables and callbacks of decide", () => {
  const placed = (sku: string) => event("Placed", { sku });
  assertType<IsExact<ReturnType<typeof placed>["type"], "Placed">>(true);
  const parts = { initial: () => 0, evolve: (sum: number) => sum + 1 };
  decider(OrderEvents, { ...parts, decide: (sku: string) => [placed(sku)] });
  decider(OrderEvents, {
    ...parts,
    decide: (skus: string[]) => {
      const decided = [];
      for (const sku of skus) decided.push(placed(sku));
      if (skus.length > 0) decided.push(event("Shipped", { at: "noon" }));
      return decided;
    },
  });
  decider(OrderEvents, {
    ...parts,
    decide: async (skus: string[]) => [...skus.map(await Promise.resolve(placed)), event("Shipped", { at: "noon" })],
  });
  const store = memory().store("prod.orders", OrderEvents);
  void store.append("order.1", [placed("A"), event("Shipped", { at: "noon" }, { id: "e1" })], { expectedVersion: 0 });
});

Deno.test("event() keeps literals, tuples and optional properties of data", () => {
  interface Events {
    Set: { status: "open" | "closed"; place: [row: number, seat: string]; tags: string[]; note?: string };
  }
  const set = (note?: string) => event("Set", { status: "open", place: [1, "A"], tags: ["a"], note });
  const parts = { initial: () => 0, evolve: (sum: number) => sum + 1 };
  decider(events<Events>(), { ...parts, decide: (note?: string) => [set(note)] });
});

Deno.test("DecidedEvents is the return type of a decide function outside of decider()", () => {
  const decide = (command: Command): DecidedEvents<OrderEvents> =>
    command === "ship" ? [{ type: "Shipped", data: { at: "noon" } }] : [];
  const apart = decider(OrderEvents, { initial: () => 0, evolve: (sum) => sum + 1, decide });
  assertType<IsExact<typeof apart, Decider<number, Command, OrderEvents>>>(true);
});

Deno.test("withSnapshots() accepts an evolver without decide", async () => {
  const counting = { initial: () => 0, evolve: (sum: number) => sum + 1 };
  const snapshotted = withSnapshots(counting, { schema: 1, policy: ({ state }) => state > 9, onError: () => {} });
  assertType<IsExact<typeof snapshotted, typeof counting & WithSnapshots<number>>>(true);
  const loaded = await load(memory().store("prod.orders", OrderEvents), snapshotted, "order.1");
  assertType<IsExact<typeof loaded, LoadResult<number>>>(true);
});

interface CartEvents {
  Added: { sku: string };
  Left: null;
}
const ShopEvents = events<OrderEvents & CartEvents>();

const cart = decider(events<CartEvents>(), {
  types: ["Added", "Left"],
  initial: () => 0,
  evolve: (count, event) => {
    assertType<IsExact<typeof event, RecordedEventOf<CartEvents>>>(true);
    return event.type === "Added" ? count + 1 : 0;
  },
  decide: (sku: string) => [{ type: "Added", data: { sku } }],
});

const shipping = decider(ShopEvents, {
  types: ["Shipped"],
  initial: () => false,
  evolve: (_, _event) => {
    assertType<IsExact<typeof _event, RecordedEventOf<OrderEvents, "Shipped">>>(true);
    return true;
  },
  decide: (_: "ship") => [{ type: "Shipped", data: { at: "noon" } }],
});

Deno.test("decider() with types has the event map of these types", () => {
  type Shipped = Pick<OrderEvents & CartEvents, "Shipped">;
  assertType<IsExact<typeof cart, Decider<number, string, CartEvents> & WithTypes<CartEvents>>>(true);
  assertType<IsExact<typeof shipping, Decider<boolean, "ship", Shipped> & WithTypes<Shipped>>>(true);
});

Deno.test("execute() and load() accept a decider with types on a store of more types, also with snapshots", async () => {
  const store = memory().store("shop", ShopEvents);
  const added = await execute(store, cart, "cart.1", "A");
  assertType<IsExact<typeof added, ExecuteResult<number, CartEvents>>>(true);
  const shipped = await execute(store, shipping, "order.1", "ship");
  assertType<IsExact<(typeof shipped.events)[number], RecordedEvent<"Shipped", { at: string }>>>(true);
  const snapshotted = withSnapshots(cart, { schema: 1, policy: ({ state }) => state > 9, onError: () => {} });
  const again = await execute(store, snapshotted, "cart.1", "B");
  assertType<IsExact<typeof again, ExecuteResult<number, CartEvents>>>(true);
  for (const loaded of [await load(store, cart, "cart.1"), await load(store, snapshotted, "cart.1")]) {
    assertType<IsExact<typeof loaded, LoadResult<number>>>(true);
  }
});

Deno.test("load() infers the events of an evolver that is written in place, also for a store of any events", async () => {
  const store = memory().store("shop", ShopEvents);
  const counted = await load(store, {
    initial: () => 0,
    evolve: (sum, _event) => {
      assertType<IsExact<typeof _event, RecordedEventOf<OrderEvents & CartEvents>>>(true);
      return sum + 1;
    },
  }, "cart.1");
  assertType<IsExact<typeof counted, LoadResult<number>>>(true);
  const untyped = await load(memory().store("a"), {
    initial: () => "",
    evolve: (_, event) => {
      assertType<IsExact<typeof event, RecordedEvent<string, unknown>>>(true);
      return event.type;
    },
  }, "x");
  assertType<IsExact<typeof untyped, LoadResult<string>>>(true);
});

Deno.test("Decider and Evolver can be parameters of generic functions", () => {
  const run = <S, C, E extends object>(store: EventStore<E>, any: Decider<S, C, E>, command: C) =>
    execute(store, any, "order.1", command);
  const state = async <S, E extends object>(source: ReadOnlyStore<E>, any: Evolver<S, E>): Promise<S> =>
    (await load(source, any, "order.1")).state;
  void ((store: EventStore<OrderEvents>) => [run(store, order, "ship"), state(store, order)]);
});
