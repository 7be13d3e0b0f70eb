import { consumer } from "@flowmade-one/aether/consumers";
import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openOnNats } from "../../../examples/booking/open_backend.ts";
import { poll } from "../../../tools/nats/poll.ts";
import { type NatsServer, natsServerForTests, startNatsServer } from "../../../tools/nats_server.ts";
import type { JsonResponse } from "./client.ts";
import { SERVICE_CASES } from "./service_cases.ts";
import { start } from "./started.ts";

const found = await natsServerForTests();

function testOnNats(name: string, fn: (nats: NatsServer, t: Deno.TestContext) => Promise<void>): void {
  Deno.test({
    name,
    ignore: "skip" in found,
    timeout: 240_000,
    async fn(t) {
      if ("skip" in found) return;
      await using nats = await startNatsServer({ binary: found.binary });
      await fn(nats, t);
    },
  });
}

testOnNats("the booking service on a nats-server", async (nats, t) => {
  await using open = await openOnNats(nats.url);
  await using started = await start(open.backend);
  for (const [name, run] of SERVICE_CASES) await t.step(name, () => run(started));
  assertEquals(started.reports, []);
});

testOnNats("payments() of two services make each payment once", async (nats) => {
  await using first = await openOnNats(nats.url);
  await using second = await openOnNats(nats.url);
  await using one = await start(first.backend);
  await using other = await start(second.backend);
  await one.north.open("s", 12, 100);
  await one.north.topUp("ann", 1_000);
  using feed = await other.north.feed("?actors=screening.s");
  const messages = await feed.take(1);
  // Two bookings at a time, because more could exhaust the attempts of a command.
  for (let seat = 1; seat <= 12; seat += 2) {
    const bookings = [one, other].map(({ north }, i) => north.book("s", "ann", seat + i));
    assertEquals((await Promise.all(bookings)).map(({ status }) => status), [201, 201]);
    messages.push(...await feed.take(4));
  }
  const settled = messages.filter(({ event }) => event === "SeatSold" || event === "SeatReleased");
  assertEquals(settled.filter(({ event }) => event === "SeatSold").length, 10);
  assertEquals(new Set(settled.map(({ data }) => data.data.hold)).size, 12);
  assertEquals((await one.north.get("/wallets/ann")).body, { customer: "ann", version: 13, balance: 0 });
  const { position } = (await one.north.open("t", 1)).body;
  const seen = `?atLeast=${position}`;
  const [mine, theirs] = await Promise.all([one, other].map(({ north }) => north.get(`/screenings${seen}`)));
  assertEquals(mine!.body.screenings, theirs!.body.screenings);
  assertEquals([...one.reports, ...other.reports], []);
});

testOnNats(
  "startService() continues with the tables, checkpoints and snapshots of an earlier service",
  async (nats) => {
    const data = await Deno.makeTempDir({ prefix: "aether-booking-" });
    try {
      let last: string;
      {
        await using open = await openOnNats(nats.url);
        await using started = await start(open.backend, { data });
        const { north } = started;
        await north.open("s", 2, 100);
        await north.topUp("ann", 100);
        const held = await north.book("s", "ann");
        using feed = await north.feed(`?after=${held.body.position}`);
        await feed.until("SeatSold");
        for (let i = 0; i < 100; i++) last = (await north.topUp("ann", 1)).body.position;
        await north.get(`/screenings?atLeast=${last!}`);
      }
      {
        using database = new DatabaseSync(`${data}/north.sqlite`);
        const mark = database.prepare("SELECT mark FROM aether_marks WHERE name = 'programme'").get()!["mark"];
        assert(String(mark).startsWith(last!), String(mark));
      }
      await using open = await openOnNats(nats.url);
      const { lanes } = await consumer(open.backend.store("booking.north"), "payments").status();
      assertEquals(lanes.map(({ state, lag }) => [state, lag.events]), lanes.map(() => ["unowned", 0]));
      assert((await open.backend.store("booking.north").snapshots.latest("wallet.ann"))!.version >= 100);
      await using started = await start(open.backend, { data });
      const { north } = started;
      const { position } = (await north.book("s", "ann")).body;
      const { body } = await north.get(`/screenings?atLeast=${position}`);
      assertEquals(body.screenings.map(({ id, free }: { id: string; free: number }) => [id, free]), [["s", 0]]);
      assertEquals(started.reports, []);
    } finally {
      await Deno.remove(data, { recursive: true });
    }
  },
);

testOnNats(
  "toProblem() maps a stopped server to 503 or 504, and a repeated request is executed once",
  async (nats) => {
    await using open = await openOnNats(nats.url, 500);
    await using started = await start(open.backend, { pause: 100 });
    const { north } = started;
    const codes = new Set<string>();
    const checkFailure = ({ status, body }: JsonResponse) => {
      assert(status === 503 || status === 504, `${status} ${JSON.stringify(body)}`);
      codes.add(body.code);
    };
    // Repeats a request until it succeeds. On a busy machine, a request can also fail while the server runs.
    const untilServed = async (send: () => Promise<JsonResponse>) => {
      let response = await send();
      for (; response.status >= 500; response = await send()) checkFailure(response);
      return response;
    };
    await untilServed(() => north.topUp("ann", 100, "first"));
    await nats.stop();
    checkFailure(await north.get("/wallets/ann"));
    checkFailure(await north.topUp("ann", 100, "second"));
    await nats.restart();
    const { status, body } = await untilServed(() => north.topUp("ann", 100, "second"));
    assertEquals([status, body.balance, body.version], [201, 200, 2]);
    assert([...codes].every((code) => code === "unavailable" || code === "outcome-unknown"), [...codes].join());
    await untilServed(() => north.open("s", 1, 100));
    await untilServed(() => north.book("s", "ann", undefined, "third"));
    // The consumer of payments continues too.
    assert(await poll(async () => (await north.get("/screenings/s")).body.taken?.[0]?.sold === true));
  },
);
