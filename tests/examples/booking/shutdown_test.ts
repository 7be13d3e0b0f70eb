import type { Backend } from "@flowmade-one/aether";
import { createBackend } from "@flowmade-one/aether/adapter";
import { memory } from "@flowmade-one/aether/memory";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { MemoryDriver } from "../../../adapters/memory/memory_driver.ts";
import { FaultyDriver } from "../../conformance/faulty_driver.ts";
import { Client } from "./client.ts";
import { start } from "./started.ts";

/** A backend in which appends of a type wait until the gate opens, or until they are aborted. */
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

  /** Resolves when the first append waits. */
  get arrived(): Promise<void> {
    return this.#arrived.promise;
  }

  open(): void {
    this.#opened.resolve();
  }
}

Deno.test("close() ends an open feed without a report", async () => {
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
  const running = north.topUp("ann", 100);
  await gate.arrived;
  const closed = service.close();
  assertEquals(await feed.next(), undefined);
  await assertRejects(() => new Client(`${service.url}/north`).get("/screenings"), TypeError);
  gate.open();
  const { status, body } = await running;
  assertEquals([status, body.balance], [201, 100]);
  await closed;
  assertEquals(started.reports, []);
});

Deno.test("close() aborts a request after the grace period, and asks the client to repeat it", async () => {
  const gate = new Gate("ToppedUp");
  await using started = await start(gate.backend, { grace: 1 });
  const { north, service } = started;
  const running = north.topUp("ann", 100);
  await gate.arrived;
  const closed = service.close();
  const { status, body, headers } = await running;
  assertEquals([status, body.code, headers.get("retry-after")], [503, "closing", "1"]);
  await closed;
});

const stalling: [testCase: string, request: string, response: string][] = [
  [
    "send the rest of its request",
    "POST /north/wallets/ann/top-ups HTTP/1.1\r\nhost: a\r\ncontent-length: 99\r\nexpect: 100-continue\r\n\r\n{",
    "HTTP/1.1 100",
  ],
  ["read its feed", "GET /north/feed HTTP/1.1\r\nhost: a\r\n\r\n", "HTTP/1.1 200"],
];

for (const [testCase, request, response] of stalling) {
  const name = `close() waits until the end of the grace period only for a client that does not ${testCase}`;
  Deno.test({ name, timeout: 60_000 }, async () => {
    const backend = memory();
    const data = { title: "x".repeat(500_000), seats: 1, price: 1 };
    for (let i = 0; i < 20; i++) { // More bytes than the socket buffers hold.
      await backend.store("booking.north").append(`screening.s${i}`, [{ type: "ScreeningOpened", data }], {
        expectedVersion: 0,
      });
    }
    const { service } = await start(backend, { grace: 1 });
    using stalled = await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(service.url).port) });
    await stalled.write(new TextEncoder().encode(request));
    const bytes = new Uint8Array(response.length);
    await stalled.read(bytes);
    assertEquals(new TextDecoder().decode(bytes), response);
    await service.close();
  });
}

Deno.test("close() waits for a running payment", async () => {
  const gate = new Gate("Charged");
  await using started = await start(gate.backend);
  const { north, service } = started;
  await north.open("s", 2, 0);
  // The bus delivers the stored event, also while the service closes.
  const sold = Promise.withResolvers<unknown>();
  using _ = gate.backend.bus.within("booking.north").subscribe(sold.resolve, { types: ["SeatSold"] });
  assertEquals((await north.book("s", "ann")).status, 201);
  await gate.arrived;
  const closed = service.close();
  gate.open();
  await Promise.all([closed, sold.promise]);
});

Deno.test("close() returns the same promise when it is called twice", async () => {
  const { service } = await start();
  assert(service.close() === service.close());
  await service.close();
});
