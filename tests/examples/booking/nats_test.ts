import { assert, assertEquals } from "@std/assert";
import { openOnNats } from "../../../examples/booking/open_backend.ts";
import { ReadModel } from "../../../examples/booking/service/read_model.ts";
import { type NatsServer, natsServerForTests, startNatsServer } from "../../../tools/nats_server.ts";
import type { Answer } from "./client.ts";
import { SERVICE_CASES } from "./service_cases.ts";
import { start } from "./started.ts";

const found = await natsServerForTests();

function testOnNats(name: string, fn: (nats: NatsServer, t: Deno.TestContext) => Promise<void>): void {
  Deno.test({
    name,
    ignore: "skip" in found,
    async fn(t) {
      if ("skip" in found) return;
      await using nats = await startNatsServer({ binary: found.binary });
      await fn(nats, t);
    },
  });
}

testOnNats("the booking service on a nats-server", async (nats, t) => {
  await using open = await openOnNats(nats.url);
  await using started = start(open.backend);
  for (const [name, run] of SERVICE_CASES) await t.step(name, () => run(started));
  assertEquals(started.reports, []);
});

testOnNats("two services at once make each payment once", async (nats) => {
  await using first = await openOnNats(nats.url);
  await using second = await openOnNats(nats.url);
  await using one = start(first.backend);
  await using other = start(second.backend);
  await one.north.open("s", 12, 100);
  await one.north.topUp("ann", 1_000);
  const bookings = Array.from({ length: 12 }, (_, i) => (i % 2 ? one : other).north.book("s", "ann", i + 1));
  assertEquals((await Promise.all(bookings)).map(({ status }) => status), Array(12).fill(201));
  using feed = await other.north.feed("?actors=screening.s");
  const settled = (await feed.take(25)).filter(({ event }) => event === "SeatSold" || event === "SeatReleased");
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
  "a service that ended has kept tables, checkpoints and snapshots, and the next one goes on",
  async (nats) => {
    const data = await Deno.makeTempDir({ prefix: "aether-booking-" });
    try {
      let last: string;
      {
        await using open = await openOnNats(nats.url);
        await using started = start(open.backend, { data });
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
        using model = new ReadModel(`${data}/north.sqlite`);
        assertEquals(model.position, last! as typeof model.position);
        assert(model.checkpoint("payments") !== undefined);
      }
      await using open = await openOnNats(nats.url);
      assert((await open.backend.store("booking.north").snapshots.latest("wallet.ann"))!.version >= 100);
      await using started = start(open.backend, { data });
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
  "a server that goes away is 503 or 504, and a client that repeats its request is served once",
  async (nats) => {
    await using open = await openOnNats(nats.url, 500);
    await using started = start(open.backend, { pause: 100 });
    const { north } = started;
    assertEquals((await north.topUp("ann", 100, "first")).status, 201);
    await nats.stop();
    const codes = new Set<string>();
    const note = ({ status, body }: Answer) => {
      assert(status === 503 || status === 504, `${status} ${JSON.stringify(body)}`);
      codes.add(body.code);
    };
    note(await north.get("/wallets/ann"));
    note(await north.topUp("ann", 100, "second"));
    await nats.restart();
    let answer = await north.topUp("ann", 100, "second");
    for (let tries = 0; answer.status !== 201 && tries < 100; tries++) {
      note(answer);
      answer = await north.topUp("ann", 100, "second");
    }
    assertEquals([answer.status, answer.body.balance, answer.body.version], [201, 200, 2]);
    assert([...codes].every((code) => code === "unreachable" || code === "outcome-unknown"), [...codes].join());
    await north.open("s", 1, 100);
    const held = await north.book("s", "ann");
    using feed = await north.feed(`?after=${held.body.position}`);
    await feed.until("SeatSold");
  },
);
