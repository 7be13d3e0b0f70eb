import { memory } from "@flowmade-one/aether/memory";
import { assertEquals } from "@std/assert";
import { SERVICE_CASES } from "./service_cases.ts";
import { start } from "./started.ts";

Deno.test("the booking service in memory", async (t) => {
  await using started = await start();
  for (const [name, run] of SERVICE_CASES) await t.step(name, () => run(started));
  assertEquals(started.reports, []);
});

Deno.test("startService() rebuilds read models of another log, and its payments start from the beginning", async () => {
  const data = await Deno.makeTempDir({ prefix: "aether-booking-" });
  try {
    for (const name of ["old", "new"]) {
      await using started = await start(memory(), { data });
      const { north } = started;
      await north.open(name, 2, 0);
      for (const customer of ["ann", "bob"]) {
        const { position } = (await north.book(name, customer)).body;
        using feed = await north.feed(`?after=${position}`);
        const sold = await feed.until("SeatSold");
        const { body } = await north.get(`/screenings?atLeast=${sold.id}`);
        assertEquals(body.screenings.map(({ id }: { id: string }) => id), [name]);
      }
      const reported = started.reports.map((report) => report.split(": ").slice(0, 2));
      assertEquals(reported, name === "old" ? [] : [["the programme of booking.north", "UnknownPositionError"]]);
    }
  } finally {
    await Deno.remove(data, { recursive: true });
  }
});
