import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type BusEvent, isAetherError } from "@flowmade-one/aether";
import { type BusTransport, createBackend, type Log } from "@flowmade-one/aether/adapter";
import { memory } from "@flowmade-one/aether/memory";

const viewed = (n: number) => ({ type: "Viewed", data: n });
const made = (count: number) => Array.from({ length: count }, () => ({ type: "Made", data: null }));

Deno.test("append() in a handler does not separate the events of the current commit", async () => {
  const backend = memory();
  const store = backend.store("ns");
  const seen: (number | undefined)[] = [];
  let reactions = 3;
  backend.bus.within("ns").subscribe((event) => {
    if (event.version !== undefined && reactions-- > 0) {
      backend.bus.within("ns").publish("a", viewed(1));
      void store.append("a", made(2), { expectedVersion: "any" });
    }
  });
  backend.bus.within("ns").subscribe(({ version }) => void seen.push(version));
  await store.append("a", made(3), { expectedVersion: 0 });
  assertEquals(
    seen.filter((version) => version !== undefined),
    (await store.read("a").toArray()).map((e) => e.version),
  );
  assertEquals(seen.slice(0, 3), [1, 2, 3]);
});

Deno.test("publish() in a chain of 100,000 handlers does not recurse, and leaves no waiting event", () => {
  const { bus } = memory();
  let left = 100_000;
  for (const [from, to] of [["a", "b"], ["b", "a"]] as const) {
    bus.within(from).subscribe(({ data }) => {
      if (left-- > 0) bus.within(to).publish("x", viewed(data as number + 1));
    });
  }
  bus.within("a").publish("x", viewed(0));
  const seen: unknown[] = [];
  bus.within("a").subscribe(({ data }) => void seen.push(data));
  bus.within("a").publish("x", viewed(-1));
  assertEquals(seen, [-1]);
});

Deno.test("publish() works again after a stack overflow of a publisher", () => {
  const { bus } = memory({ onError: () => {} });
  const orders = bus.within("ns");
  const seen: unknown[] = [];
  orders.subscribe(({ data }) => void seen.push(data));
  const deep = (): void => {
    deep();
  };
  const dive = (): void => {
    try {
      dive();
    } catch {
      try {
        orders.publish("a", viewed(0));
      } catch {
        // It may not fit on the stack either.
      }
    }
  };
  assertThrows(deep, RangeError);
  dive();
  seen.length = 0;
  orders.publish("a", viewed(1));
  assertEquals(seen.at(-1), 1);
});

/** A backend with a transport that the test controls. */
function withTransport(transport: Partial<BusTransport>) {
  const sent: unknown[] = [];
  const receivers: ((event: BusEvent) => void)[] = [];
  const backend = createBackend({
    capabilities: { durability: "none", maxCommitBytes: 1_000 },
    transport: {
      send: ({ data }) => void sent.push(data),
      listen: (_, { receive }) => {
        receivers.push((event) => receive([event]));
        return { [Symbol.dispose]: () => {} };
      },
      ...transport,
    },
    open: () => ({}) as Log,
    namespaces: () => [],
    close: () => Promise.resolve(),
  });
  return { backend, sent, receivers };
}

Deno.test("BusTransport.send() receives the handled event before the one that its handler publishes", () => {
  const { backend, sent } = withTransport({});
  const orders = backend.bus.within("ns");
  orders.subscribe(({ data }) => {
    if (data === 1) orders.publish("a", viewed(2));
  });
  orders.publish("a", viewed(1));
  assertEquals(sent, [1, 2]);
});

Deno.test("publish() in a handler of an event from the transport delivers after that event, for every subscriber", () => {
  const { backend, receivers } = withTransport({});
  const orders = backend.bus.within("ns");
  let carriedEvent: BusEvent | undefined;
  const once = orders.subscribe((event) => carriedEvent = event);
  orders.publish("a", viewed(1));
  once.close();
  const [first, last]: [unknown[], unknown[]] = [[], []];
  orders.subscribe(({ data }) => {
    first.push(data);
    if (data === 1) orders.publish("a", viewed(2));
  });
  orders.subscribe(({ data }) => void last.push(data));
  receivers.at(-1)!(carriedEvent!);
  assertEquals([first, last], [[1, 2], [1, 2]]);
  // The receiver of the ended subscription.
  receivers[0]!(carriedEvent!);
  assertEquals(last, [1, 2]);
});

Deno.test("subscribe() leaves no subscription if the transport fails to listen", () => {
  const { backend } = withTransport({
    listen: () => {
      throw new RangeError("no");
    },
  });
  const orders = backend.bus.within("ns");
  const seen: unknown[] = [];
  assertThrows(() => orders.subscribe(({ data }) => void seen.push(data)), RangeError);
  orders.publish("a", viewed(1));
  assertEquals([seen, backend.bus.subscriberCount("ns")], [[], 0]);
});

Deno.test("Backend.close() continues if the transport fails to stop", async () => {
  const { backend } = withTransport({
    listen: () => ({
      [Symbol.dispose]: () => {
        throw new RangeError("no");
      },
    }),
  });
  backend.bus.within("a").subscribe(() => {});
  const queue = backend.bus.within("b").queue({ capacity: 1, overflow: "fail" });
  const waiting = queue[Symbol.asyncIterator]().next();
  await backend.close();
  assertEquals((await waiting).done, true);
  assertEquals(backend.bus.subscriberCount("a"), 0);
});

Deno.test("publish() does not publish an event whose accessor closes the backend", async () => {
  const { backend, sent } = withTransport({});
  const event = {
    data: null,
    get type() {
      void backend.close();
      return "Viewed";
    },
  };
  const error = assertThrows(() => backend.bus.within("ns").publish("a", event));
  assert(isAetherError(error, "closed"));
  assertEquals(sent, []);
  await backend.close();
});

Deno.test("subscribe() throws if its signal is aborted meanwhile, and leaves no subscription", async () => {
  const controller = new AbortController();
  const { backend } = withTransport({
    listen: () => {
      controller.abort();
      return { [Symbol.dispose]: () => {} };
    },
  });
  const orders = backend.bus.within("ns");
  const error = assertThrows(() => orders.subscribe(() => {}, { signal: controller.signal }));
  assert(isAetherError(error, "aborted"));
  assertEquals(backend.bus.subscriberCount("ns"), 0);
  await assertRejects(async () =>
    await Array.fromAsync(orders.queue({ capacity: 1, overflow: "fail", signal: controller.signal }))
  );
});

Deno.test("observe() does not report a refused observation as a use of its grant", async () => {
  let uses = 0;
  const backend = memory({ onGrantUsed: () => void uses++ });
  const grant = backend.grant(">", { reason: "test" });
  assertThrows(() => backend.bus.observe(grant, () => {}, { actors: "a*" }));
  assertThrows(() => backend.bus.observe(grant, undefined as never));
  await backend.close();
  assertThrows(() => backend.bus.observe(grant, () => {}));
  assertThrows(() => backend.bus.subscriberCounts(grant));
  assertEquals(uses, 0);
});
