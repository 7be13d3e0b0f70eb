import type { Backend } from "@flowmade-one/aether";
import { createBackend } from "@flowmade-one/aether/adapter";
import { memory } from "@flowmade-one/aether/memory";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { MemoryDriver } from "../../../adapters/memory/memory_driver.ts";
import { FaultyDriver } from "../../conformance/faulty_driver.ts";
import { Client } from "./client.ts";
import { start } from "./started.ts";

/** A backend whose appends of a type wait at a gate, and give up when they are aborted. */
class Gate {
  readonly backend: Backend;
  readonly #opened: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #arrived: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(type: string) {
    this.backend = createBackend(
      new FaultyDriver(new MemoryDriver({}), {
        fault: (log) => ({
          append: async (commit, signal) => {
            if (commit.events[0]?.type === type) {
              this.#arrived.resolve();
              const aborted = Promise.withResolvers<never>();
              signal?.addEventListener("abort", () => aborted.reject(signal.reason));
              await Promise.race([this.#opened.promise, aborted.promise]);
            }
            return await log.append(commit, signal);
          },
        }),
      }),
    );
  }

  /** Resolves when an append waits. */
  get arrived(): Promise<void> {
    return this.#arrived.promise;
  }

  open(): void {
    this.#opened.resolve();
  }
}

Deno.test("a feed that is open ends when the service does, without a report", async () => {
  await using started = await start();
  const { north, service } = started;
  await north.open("s", 2);
  using feed = await north.feed();
  assertEquals((await feed.next())?.event, "ScreeningOpened");
  const rest = feed.next();
  await service.close();
  assertEquals(await rest, undefined);
  assertEquals(started.reports, []);
});

Deno.test("close() answers a running request and refuses new connections", async () => {
  const gate = new Gate("ToppedUp");
  await using started = await start(gate.backend);
  const { north, service } = started;
  using feed = await north.feed();
  const underWay = north.topUp("ann", 100);
  await gate.arrived;
  const closed = service.close();
  assertEquals(await feed.next(), undefined);
  await assertRejects(() => new Client(`${service.url}/north`).get("/screenings"), TypeError);
  gate.open();
  const { status, body } = await underWay;
  assertEquals([status, body.balance], [201, 100]);
  await closed;
  assertEquals(started.reports, []);
});

Deno.test("a request that takes too long is given up, and told to come again", async () => {
  const gate = new Gate("ToppedUp");
  await using started = await start(gate.backend, { grace: 1 });
  const { north, service } = started;
  const underWay = north.topUp("ann", 100);
  await gate.arrived;
  const closed = service.close();
  const { status, body, headers } = await underWay;
  assertEquals([status, body.code, headers.get("retry-after")], [503, "closing", "1"]);
  await closed;
});

const stalling: [what: string, request: string, answer: string][] = [
  [
    "send the rest of its request",
    "POST /north/wallets/ann/top-ups HTTP/1.1\r\nhost: a\r\ncontent-length: 99\r\nexpect: 100-continue\r\n\r\n{",
    "HTTP/1.1 100",
  ],
  ["read its feed", "GET /north/feed HTTP/1.1\r\nhost: a\r\n\r\n", "HTTP/1.1 200"],
];

for (const [what, request, answer] of stalling) {
  const name = `a client that does not ${what} is not waited for beyond the grace`;
  Deno.test({ name, timeout: 60_000 }, async () => {
    const backend = memory();
    const data = { title: "x".repeat(500_000), seats: 1, price: 1 };
    for (let i = 0; i < 20; i++) { // More than sockets hold.
      await backend.store("booking.north").append(`screening.s${i}`, [{ type: "ScreeningOpened", data }], {
        expectedVersion: 0,
      });
    }
    const { service } = await start(backend, { grace: 1 });
    using stalled = await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(service.url).port) });
    await stalled.write(new TextEncoder().encode(request));
    const bytes = new Uint8Array(answer.length);
    await stalled.read(bytes);
    assertEquals(new TextDecoder().decode(bytes), answer);
    await service.close();
  });
}

Deno.test("a payment that is being made is finished", async () => {
  const gate = new Gate("Charged");
  await using started = await start(gate.backend);
  const { north, service } = started;
  await north.open("s", 2, 0);
  // Announced when it is stored, also when the service is ending.
  const sold = Promise.withResolvers<unknown>();
  using _ = gate.backend.bus.within("booking.north").subscribe(sold.resolve, { types: ["SeatSold"] });
  assertEquals((await north.book("s", "ann")).status, 201);
  await gate.arrived;
  const closed = service.close();
  gate.open();
  await Promise.all([closed, sold.promise]);
});

Deno.test("closing twice is closing once", async () => {
  const { service } = await start();
  assert(service.close() === service.close());
  await service.close();
});
