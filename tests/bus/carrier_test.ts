import { assertEquals, assertThrows } from "@std/assert";
import type { Backend, BusEvent, PublishedEvent } from "@flowmade-one/aether";
import { compilePattern, type NamespacePattern } from "@flowmade-one/aether/patterns";
import { type BusTransport, createBackend, type Log, type TransportReceiver } from "@flowmade-one/aether/adapter";

/** Connects two backends like a network. Each receives the events of the other under the patterns that it listens to. */
class Wire {
  readonly listeners: { side: number; pattern: NamespacePattern; receiver: TransportReceiver }[] = [];

  backend(side: number): Backend {
    const carrier: BusTransport = {
      send: (event) => this.transmit(side, event),
      listen: (pattern, receiver) => {
        const listener = { side, pattern, receiver };
        this.listeners.push(listener);
        return { [Symbol.dispose]: () => void this.listeners.splice(this.listeners.indexOf(listener), 1) };
      },
    };
    return createBackend({
      capabilities: { durability: "none", maxCommitBytes: 1_000 },
      transport: carrier,
      open: () => ({}) as Log,
      namespaces: () => [],
      close: () => Promise.resolve(),
    });
  }

  transmit(from: number, event: PublishedEvent): void {
    for (const { side, pattern, receiver } of [...this.listeners]) {
      if (side !== from && compilePattern(pattern)(event.namespace)) receiver.receive([event]);
    }
  }

  patterns(side: number): string[] {
    return this.listeners.filter((listener) => listener.side === side).map(({ pattern }) => pattern);
  }
}

const viewed = (n: number) => ({ type: "Viewed", data: n });

Deno.test("publish() reaches each subscription of another process once, and the own process once", () => {
  const wire = new Wire();
  const [here, there] = [wire.backend(1), wire.backend(2)];
  const seen: Record<string, unknown[]> = { own: [], all: [], actor: [], wide: [], exact: [], other: [] };
  const into = (name: string) => (event: BusEvent) => void seen[name]!.push(event.data);
  here.bus.within("prod.a").subscribe(into("own"));
  there.bus.within("prod.a").subscribe(into("all"));
  there.bus.within("prod.a").subscribe(into("actor"), { actors: "order.*" });
  there.bus.within("prod.b").subscribe(into("other"));
  there.bus.observe(there.grant("prod.>", { reason: "test" }), into("wide"));
  there.bus.observe(there.grant("prod.a", { reason: "test" }), into("exact"));
  here.bus.within("prod.a").publish("order.1", viewed(1));
  here.bus.within("prod.a").publish("cart.1", viewed(2));
  assertEquals(seen, { own: [1, 2], all: [1, 2], actor: [1], wide: [1, 2], exact: [1, 2], other: [] });
});

Deno.test("TransportSubscriptions listens to a pattern once, while it has a subscriber", () => {
  const wire = new Wire();
  const backend = wire.backend(1);
  const first = backend.bus.within("ns").subscribe(() => {});
  const second = backend.bus.within("ns").subscribe(() => {}, { actors: "a" });
  const third = backend.bus.observe(backend.grant("*", { reason: "test" }), () => {});
  assertEquals(wire.patterns(1), ["ns", "*"]);
  first[Symbol.dispose]();
  assertEquals(wire.patterns(1), ["ns", "*"]);
  second[Symbol.dispose]();
  assertEquals(wire.patterns(1), ["*"]);
  third[Symbol.dispose]();
  assertEquals(wire.patterns(1), []);
});

Deno.test("publish() alone makes the transport listen to no pattern", () => {
  const wire = new Wire();
  wire.backend(1).bus.within("ns").publish("a", viewed(1));
  assertEquals(wire.listeners, []);
});

Deno.test("BackendBus ignores an event of a namespace that no subscriber listens to", () => {
  const wire = new Wire();
  const [here, there] = [wire.backend(1), wire.backend(2)];
  const seen: unknown[] = [];
  const events: PublishedEvent[] = [];
  here.bus.within("b").subscribe((event) => void events.push(event as PublishedEvent));
  here.bus.within("b").publish("a", viewed(1));
  there.bus.within("a").subscribe((event) => void seen.push(event));
  assertThrows(
    () => wire.listeners.find(({ side }) => side === 2)!.receiver.receive(events),
    TypeError,
    "does not cover",
  );
  assertEquals(seen, []);
});

Deno.test("Backend.close() ends the listening of the transport", async () => {
  const wire = new Wire();
  const backend = wire.backend(1);
  backend.bus.within("ns").subscribe(() => {});
  await backend.close();
  assertEquals(wire.listeners, []);
});
