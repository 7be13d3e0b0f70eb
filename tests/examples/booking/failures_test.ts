import { OutcomeUnknownError, UnavailableError } from "@flowmade-one/aether/errors";
import { createBackend, type Log } from "@flowmade-one/aether/adapter";
import { memory } from "@flowmade-one/aether/memory";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { ServiceOptions } from "../../../examples/booking/booking_service.ts";
import { MemoryDriver } from "../../../adapters/memory/memory_driver.ts";
import { FaultyDriver } from "../../conformance/faulty_driver.ts";
import { start, type Started } from "./started.ts";

type Append = Log["append"];

/** Starts a service in which `append` replaces the first `times` appends of events of a type. */
function startFailing(
  type: string,
  times: number,
  append: (log: Log, ...args: Parameters<Append>) => Promise<never>,
  options: Partial<ServiceOptions> = { pause: 1 },
) {
  let left = times;
  const fault = (log: Log) => ({
    append:
      ((commit, signal) =>
        commit.events[0]?.type === type && left-- > 0
          ? append(log, commit, signal)
          : log.append(commit, signal)) as Append,
  });
  return start(createBackend(new FaultyDriver(new MemoryDriver({}), { fault })), options);
}

function unreachable(): Promise<never> {
  return Promise.reject(new UnavailableError("Cannot append: the storage does not answer"));
}

/** Stores the commit and then loses the reply. */
async function storeAndFail(namespace: string, log: Log, ...[commit, signal]: Parameters<Append>): Promise<never> {
  await log.append(commit, signal);
  throw new OutcomeUnknownError("Cannot determine the outcome", {
    namespace: namespace as never,
    actorId: "a",
    commitId: commit.id,
  });
}

Deno.test("toProblem() maps a storage that does not answer to 503, which is reported", async () => {
  await using started = await startFailing("ToppedUp", 1, unreachable);
  const { north, reports } = started;
  const { status, headers, body } = await north.topUp("ann", 100);
  assertEquals([status, body.code, headers.get("retry-after")], [503, "unavailable", "1"]);
  assertEquals(reports, [
    "POST /north/wallets/ann/top-ups: UnavailableError: Cannot append: the storage does not answer",
  ]);
  assertEquals((await north.get("/wallets/ann")).body.balance, 0);
});

Deno.test("toProblem() maps an unknown outcome to 504, and a repeated request returns the stored result", async () => {
  await using started = await startFailing("ToppedUp", 1, (...args) => storeAndFail("booking.north", ...args));
  const { north, reports } = started;
  const { status, headers, body } = await north.topUp("ann", 100);
  assertEquals([status, body.code, headers.get("retry-after")], [504, "outcome-unknown", "1"]);
  assertEquals(reports.length, 1);
  const again = await north.topUp("ann", 100, headers.get("idempotency-key")!);
  assertEquals([again.status, again.body.repeated, again.body.balance], [201, true, 100]);
});

Deno.test("a repeated request whose events cannot be read gets a 503, and is executed once in all", async () => {
  let failures = 0;
  const fault = (log: Log): Partial<Log> => ({
    readActor: (actorId, range, signal) => {
      if (failures-- > 0) throw new UnavailableError("Cannot read: the storage does not answer");
      return log.readActor(actorId, range, signal);
    },
  });
  await using started = await start(createBackend(new FaultyDriver(new MemoryDriver({}), { fault })));
  const { north, reports } = started;
  await north.open("s", 1);
  const sent = [() => north.topUp("ann", 100, "key-1"), () => north.setPrice("s", 500, 1, "key-2")];
  for (const [i, send] of sent.entries()) {
    const first = await send();
    failures = 1;
    const { status, headers, body } = await send();
    assertEquals([status, body.code, headers.get("retry-after")], [503, "unavailable", "1"]);
    assertStringIncludes(body.detail, "This request stored nothing. Repeat it. A change with the same Idempotency-Key");
    assertEquals(reports.length, i + 1);
    const again = await send();
    assertEquals([again.status, again.body], [first.status, { ...first.body, repeated: true }]);
  }
});

const interrupted: [title: string, type: string, append: Parameters<typeof startFailing>[2]][] = [
  ["before the charge", "Charged", unreachable],
  ["after the charge, whose reply is lost", "Charged", (...args) => storeAndFail("booking.north", ...args)],
  ["between charge and sale", "SeatSold", unreachable],
  ["after the sale, whose reply is lost", "SeatSold", (...args) => storeAndFail("booking.north", ...args)],
];

Deno.test("payments() continues an interrupted payment, reports the error, and charges once", async (t) => {
  for (const [title, type, append] of interrupted) {
    await t.step(title, async () => {
      await using started = await startFailing(type, 1, append);
      const { north, reports } = started;
      await north.open("s", 2, 900);
      await north.topUp("ann", 2000);
      await north.topUp("bob", 2000);
      await north.book("s", "ann");
      await north.book("s", "bob");
      assertEquals(await soldTo(started), ["ann", "bob"]);
      assertEquals((await north.get("/wallets/ann")).body, { customer: "ann", version: 2, balance: 1100 });
      assertEquals(reports.length, 1);
      assertMatch(reports[0]!, /^the payments of booking\.north: /);
    });
  }
});

Deno.test("showConsumer() shows a parked screening, and its seats are sold after redrive()", async () => {
  let isBroken = true;
  const fault = (log: Log) => ({
    append: ((commit, signal) => {
      const fails = isBroken && commit.events[0]?.type === "SeatSold";
      return fails ? unreachable() : log.append(commit, signal);
    }) as Append,
  });
  await using started = await start(createBackend(new FaultyDriver(new MemoryDriver({}), { fault })), { pause: 0 });
  const { north, reports } = started;
  await north.open("s", 2, 0);
  await north.book("s", "ann");
  await north.book("s", "bob");
  let { body } = await north.get("/consumers/payments");
  while (body.parked.length === 0) ({ body } = await north.get("/consumers/payments"));
  assertEquals([body.consumer, body.members, body.parked[0].actorId], ["payments", 1, "screening.s"]);
  assertStringIncludes(body.parked[0].error, "the storage does not answer");
  assertEquals(reports.length, 15);

  isBroken = false;
  const redriven = await north.send("POST", "/consumers/payments/parked/screening.s/redrive", {});
  assertEquals([redriven.status, redriven.body], [202, { actorId: "screening.s", status: "redriven" }]);
  assertEquals(await soldTo(started), ["ann", "bob"]);
  while (body.parked.length > 0) ({ body } = await north.get("/consumers/payments"));
  const again = await north.send("POST", "/consumers/payments/parked/screening.s/redrive", {});
  assertEquals([again.status, again.body.code], [404, "not-parked"]);
  assertEquals((await north.get("/consumers/mails")).body.code, "no-such-consumer");
});

Deno.test("deadlines() releases a seat whose payment keeps failing after the hold time", async () => {
  await using started = await startFailing("Charged", Infinity, unreachable, { pause: 0, holdTime: 1 });
  const { north } = started;
  await north.open("s", 1, 0);
  const { body } = await north.book("s", "ann");
  using feed = await north.feed(`?after=${body.position}`);
  assertEquals((await feed.until("SeatReleased")).data.data.reason, "not paid in time");
  const { position } = (await north.open("t", 1)).body;
  const programme = await north.get(`/screenings?atLeast=${position}`);
  assertEquals(programme.body.screenings.map(({ free }: { free: number }) => free), [1, 1]);
});

Deno.test("?atLeast= with a position of another log gets a 400", async () => {
  await using started = await start();
  const { position } = (await started.south.open("s", 1)).body;
  await started.north.get(`/screenings?atLeast=${(await started.north.open("s", 1)).body.position}`);
  const { status, body } = await started.north.get(`/screenings?atLeast=${position}`);
  assertEquals([status, body.field, body.detail], [400, "atLeast", "atLeast is a position of another log"]);
});

Deno.test("payments() repeats a refused charge as refused, even after a later top-up", async () => {
  await using started = await startFailing("SeatReleased", 1, async (log, commit) => {
    const event = { ...commit.events[0]!, id: crypto.randomUUID(), type: "ToppedUp", data: { amount: 5_000 } };
    await log.append(
      { ...commit, actorId: "wallet.ann", expectedVersion: "any", id: "later", events: [event] },
      undefined,
    );
    return await unreachable();
  });
  const { north } = started;
  await north.open("s", 1, 900);
  const { body } = await north.book("s", "ann");
  using feed = await north.feed(`?after=${body.position}`);
  await feed.until("SeatReleased");
  assertEquals((await north.get("/wallets/ann")).body.balance, 5_000);
});

Deno.test("toProblem() maps a commit above the limit of the storage to 413 with the limit", async () => {
  await using started = await start(memory({ maxCommitBytes: 100 }));
  const { status, body } = await started.north.open("a", 3);
  assertEquals([status, body.code, body.maxBytes], [413, "too-large", 100]);
});

Deno.test("toProblem() maps a full namespace to 507, and other tenants can append", async () => {
  await using started = await start(memory({ quota: { maxCommits: 1 } }));
  const { north, south } = started;
  assertEquals((await north.topUp("ann", 1)).status, 201);
  const { status, body } = await north.topUp("ann", 1);
  assertEquals([status, body.code], [507, "quota-exceeded"]);
  assertEquals((await south.topUp("ann", 1)).status, 201);
});

Deno.test("toProblem() maps an unknown error to 500, which is reported and hidden from the client", async () => {
  await using started = await startFailing("ToppedUp", 1, () => Promise.reject(new Error("a secret")));
  const { status, body } = await started.north.topUp("ann", 1);
  assertEquals([status, body], [500, {
    status: 500,
    code: "internal",
    detail: "The service failed to process the request",
  }]);
  assertEquals(started.reports, ["POST /north/wallets/ann/top-ups: Error: a secret"]);
});

/** Waits until two seats of "s" are sold, and returns their customers. */
async function soldTo({ north }: Started): Promise<string[]> {
  using feed = await north.feed("?actors=screening.s");
  const sales = [await feed.until("SeatSold"), await feed.until("SeatSold")];
  return sales.map(({ data }) => data.data.customer);
}
