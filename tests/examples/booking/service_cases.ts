import { assert, assertEquals } from "@std/assert";
import type { Started } from "./started.ts";

/** The behaviour of the service on every storage. Each case uses its own screenings and customers. */
export const SERVICE_CASES: readonly [name: string, run: (started: Started) => Promise<void>][] = [
  ["bookSeat() gives the last seat to one of 50 clients and refuses the others", async ({ north }) => {
    await north.open("last", 1, 0);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => north.book("last", `c${i}`, 1)));
    const got = answers.filter(({ status }) => status === 201);
    assertEquals(got.length, 1);
    for (const { status, body } of answers) {
      if (status === 201) continue;
      assertEquals([status, body.code], [409, "seat-taken"]);
    }
  }],

  ["bookSeat() gives each client another seat until the screening is sold out", async ({ north }) => {
    // Few enough commits, with those of the payments, that no client exhausts its attempts.
    await north.open("any", 4, 0);
    const answers = await Promise.all(Array.from({ length: 6 }, (_, i) => north.book("any", `c${i}`)));
    const seats = answers.flatMap(({ status, body }) => status === 201 ? [body.seat] : []);
    assertEquals(seats.toSorted(), [1, 2, 3, 4]);
    assertEquals(new Set(answers.map(({ body }) => body.code)), new Set([undefined, "sold-out"]));
  }],

  ["bookSeat() executes ten concurrent requests with one key once", async ({ north }) => {
    await north.open("once", 20);
    const answers = await Promise.all(Array.from({ length: 10 }, () => north.book("once", "ann", undefined, "key-1")));
    assertEquals(new Set(answers.map(({ status }) => status)), new Set([201]));
    assertEquals(new Set(answers.map(({ body }) => body.hold)).size, 1);
    assertEquals(answers.filter(({ body }) => !body.repeated).length, 1);
    const { body } = await north.get(`/customers/ann/tickets?atLeast=${answers[0]!.body.position}`);
    assertEquals(body.tickets.filter(({ screening }: { screening: string }) => screening === "once").length, 1);
  }],

  ["checkSameRequest() refuses another request with the same key for the same actor only", async ({ north }) => {
    assertEquals((await north.topUp("kay", 500, "key-2")).status, 201);
    const other = await north.topUp("kay", 600, "key-2");
    assertEquals([other.status, other.body.code], [422, "idempotency-key-reused"]);
    assertEquals((await north.topUp("kim", 600, "key-2")).body.balance, 600);
    assertEquals((await north.get("/wallets/kay")).body, { customer: "kay", version: 1, balance: 500 });
  }],

  ["payments() sells a held seat that its customer can pay", async ({ north }) => {
    await north.open("paid", 3, 900);
    await north.topUp("pat", 1000);
    const held = await north.book("paid", "pat", 2);
    using feed = await north.feed(`?actors=screening.paid&after=${held.body.position}`);
    const sold = await feed.until("SeatSold");
    assertEquals(sold.data.data, { seat: 2, hold: held.body.hold, customer: "pat" });
    assertEquals((await north.get("/wallets/pat")).body.balance, 100);
    const { body } = await north.get(`/customers/pat/tickets?atLeast=${sold.id}`);
    assertEquals(body.tickets, [
      { hold: held.body.hold, screening: "paid", seat: 2, price: 900, status: "sold" },
    ]);
    assertEquals((await north.get("/screenings/paid")).body.taken, [{ seat: 2, customer: "pat", sold: true }]);
  }],

  ["payments() releases a seat that its customer cannot pay, even if money comes later", async ({ north }) => {
    await north.open("poor", 1, 900);
    const held = await north.book("poor", "pia", 1);
    using feed = await north.feed(`?actors=screening.poor&after=${held.body.position}`);
    const released = await feed.until("SeatReleased");
    assertEquals(released.data.data.reason, "too little money");
    await north.topUp("pia", 1000);
    assertEquals((await north.get("/wallets/pia")).body.balance, 1000);
    const { body } = await north.get(`/screenings?atLeast=${released.id}`);
    const [entry] = body.screenings.filter(({ id }: { id: string }) => id === "poor");
    assertEquals(entry, { id: "poor", title: "poor", price: 900, seats: 1, free: 1 });
  }],

  ["setPrice() changes a price at the expected version, or refuses with both versions", async ({ north }) => {
    await north.open("price", 3, 900);
    const change = await north.setPrice("price", 800, 1, "key-3");
    assertEquals([change.status, change.body.version, change.body.repeated], [200, 2, false]);
    const late = await north.setPrice("price", 700, 1);
    assertEquals([late.status, late.body.code, late.body.expected, late.body.actual], [409, "version-conflict", 1, 2]);
    const early = await north.setPrice("price", 700, 3);
    assertEquals([early.status, early.body.expected, early.body.actual], [409, 3, 2]);
    const unchanged = await north.setPrice("price", 900, 1);
    assertEquals([unchanged.status, unchanged.body.actual], [409, 2]);
    const again = await north.setPrice("price", 800, 1, "key-3");
    assertEquals([again.status, again.body.version, again.body.repeated], [200, 2, true]);
    assertEquals((await north.get("/screenings/price")).body.price, 800);
  }],

  ["setPrice() succeeds for one of ten clients with the same expected version", async ({ north }) => {
    await north.open("ten", 3, 900);
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => north.setPrice("ten", i + 1, 1)));
    assertEquals(answers.filter(({ status }) => status === 200).length, 1);
    for (const { status, body } of answers) {
      if (status !== 200) assertEquals([status, body.expected, body.actual], [409, 1, 2]);
    }
  }],

  ["openScreening() repeats the same screening without an event and refuses a different one", async ({ north }) => {
    assertEquals((await north.open("twice", 3)).status, 201);
    assertEquals((await north.open("twice", 3)).status, 200);
    const other = await north.open("twice", 4);
    assertEquals([other.status, other.body.code], [409, "other-screening"]);
  }],

  [
    "router() shows a tenant no screening, wallet, key, table, position or feed of another tenant",
    async ({ north, south }) => {
      await south.open("isolated", 1);
      await south.topUp("zoe", 900, "key-4");
      const held = await south.book("isolated", "zoe");
      assertEquals((await north.get("/screenings/isolated")).status, 404);
      assertEquals((await north.book("isolated", "zoe")).status, 404);
      assertEquals((await north.get("/wallets/zoe")).body, { customer: "zoe", version: 0, balance: 0 });
      assertEquals((await north.topUp("zoe", 100, "key-4")).body.balance, 100);
      const programme = (await north.get("/screenings")).body.screenings;
      assert(programme.every(({ id }: { id: string }) => id !== "isolated"));
      assertEquals((await north.get("/customers/zoe/tickets")).body.tickets, []);
      using feed = await north.feed("?actors=*.isolated");
      await north.open("isolated", 7);
      assertEquals((await feed.next())?.data.data.seats, 7);
      using own = await south.feed(`?actors=screening.isolated&after=${held.body.position}`);
      await own.until("SeatSold");
    },
  ],

  ["Feeds continue after Last-Event-ID, with each event once", async ({ south }) => {
    await south.open("feed", 9);
    await south.topUp("flo", 100_000);
    await Promise.all([1, 2, 3].map((seat) => south.book("feed", "flo", seat)));
    const seen: string[] = [];
    let last: string;
    {
      using feed = await south.feed("?actors=screening.feed");
      const messages = await feed.take(3);
      seen.push(...messages.map(({ data }) => data.version));
      last = messages.at(-1)!.id;
    }
    await Promise.all([4, 5].map((seat) => south.book("feed", "flo", seat)));
    using feed = await south.feed("?actors=screening.feed&after=now", { "last-event-id": last });
    seen.push(...(await feed.take(8)).map(({ data }) => data.version));
    assertEquals(seen.map(Number), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  }],
];
