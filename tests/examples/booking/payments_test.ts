import { execute, load, type RecordedEventOf } from "@flowmade-one/aether";
import { createBackend, type Log } from "@flowmade-one/aether/adapter";
import { consumer } from "@flowmade-one/aether/consumers";
import { UnavailableError } from "@flowmade-one/aether/errors";
import { memory } from "@flowmade-one/aether/memory";
import { assertEquals } from "@std/assert";
import { until } from "../../_support/until.ts";
import { MemoryDriver } from "../../../adapters/memory/memory_driver.ts";
import { screening, type ScreeningEvents } from "../../../examples/booking/domain/screening.ts";
import { consumerSettings } from "../../../examples/booking/service/consumer_settings.ts";
import { deadlines } from "../../../examples/booking/service/deadlines.ts";
import { payments } from "../../../examples/booking/service/payments.ts";
import { openTenant, type Tenant } from "../../../examples/booking/service/tenant.ts";
import { FaultyDriver } from "../../conformance/faulty_driver.ts";

/** Settings without a pause before a retry, and the errors that were reported. */
function settings() {
  const errors: string[] = [];
  return { errors, shared: consumerSettings("the test", (_, error) => errors.push(String(error)), 0) };
}

function topUp({ store, wallet }: Tenant, amount: number) {
  return execute(store, wallet, "wallet.ann", { type: "top-up", amount }, { attempts: 20 });
}

/** A seat for 900, held for Ann. */
async function holdSeat({ store }: Tenant) {
  await execute(store, screening, "screening.s", { type: "open", title: "s", seats: 1, price: 900 });
  const { events } = await execute(store, screening, "screening.s", { type: "hold", customer: "ann" });
  return events[0] as RecordedEventOf<ScreeningEvents, "SeatHeld">;
}

/** A tenant in which `fail` replaces the first `times` appends of events of a type. */
function failing(type: string, times: number, fail: (log: Log) => Promise<never>) {
  let left = times;
  const fault = (log: Log): Partial<Log> => ({
    append: (commit, signal) => commit.events[0]?.type === type && left-- > 0 ? fail(log) : log.append(commit, signal),
  });
  const backend = createBackend(new FaultyDriver(new MemoryDriver({}), { fault }));
  return { backend, tenant: openTenant(backend, "north", () => {}), repair: () => left = 0 };
}

async function balanceOf({ store, wallet }: Tenant): Promise<number> {
  return (await load(store, wallet, "wallet.ann")).state.balance;
}

async function seatOf({ store }: Tenant) {
  return (await load(store, screening, "screening.s")).state.taken[1];
}

async function typesOf({ store }: Tenant, ...types: ("Charged" | "ChargeRefused" | "Refunded")[]) {
  return (await store.readAll({ types }).toArray()).map(({ type }) => type);
}

Deno.test("payments() charges once when all events are handled again after 300 commits", async () => {
  await using backend = memory();
  const tenant = openTenant(backend, "north", () => {});
  await topUp(tenant, 2_000);
  await holdSeat(tenant);
  await using running = await payments(tenant, settings().shared);
  await running.caughtUp();
  for (let i = 0; i < 300; i++) await topUp(tenant, 1);
  await running.reset("start");
  await running.caughtUp();
  assertEquals(await typesOf(tenant, "Charged"), ["Charged"]);
  assertEquals([await balanceOf(tenant), (await seatOf(tenant))?.sold], [2_000 - 900 + 300, true]);
});

const interrupted: [
  testCase: string,
  money: number,
  settled: string,
  charge: string,
  balance: number,
  sold?: boolean,
][] = [
  ["charged", 2_000, "SeatSold", "Charged", 2_000 - 900 + 300 * 10, true],
  ["refused", 0, "SeatReleased", "ChargeRefused", 300 * 10],
];

for (const [testCase, money, settled, charge, balance, sold] of interrupted) {
  Deno.test(`payments() continue after a charge was ${testCase}, and the wallet has 300 commits more`, async () => {
    const toppedUp = Promise.withResolvers<void>();
    const { backend, tenant } = failing(settled, 1, async () => {
      for (let i = 0; i < 300; i++) await topUp(tenant, 10);
      toppedUp.resolve();
      throw new UnavailableError("Cannot append: no server answers");
    });
    await using _backend = backend;
    if (money > 0) await topUp(tenant, money);
    await holdSeat(tenant);
    const { errors, shared } = settings();
    await using running = await payments(tenant, shared);
    await toppedUp.promise;
    await running.caughtUp();
    assertEquals(await typesOf(tenant, "Charged", "ChargeRefused"), [charge]);
    assertEquals([await balanceOf(tenant), (await seatOf(tenant))?.sold, errors.length], [balance, sold, 1]);
  });
}

Deno.test("deadlines() releases a seat without a payment in time, and payments() refunds a late one", async () => {
  const { backend, tenant, repair } = failing("SeatSold", Infinity, () => {
    return Promise.reject(new UnavailableError("Cannot append: no server answers"));
  });
  await using _backend = backend;
  await topUp(tenant, 2_000);
  await holdSeat(tenant);
  await using paying = await payments(tenant, settings().shared);
  await paying.caughtUp(); // Its screening is parked.
  const [parked] = await paying.parked();
  assertEquals([parked?.actorId, await balanceOf(tenant), (await seatOf(tenant))?.sold], ["screening.s", 1_100, false]);

  await using running = await deadlines(tenant, 1, settings().shared);
  await running.caughtUp();
  assertEquals(await seatOf(tenant), undefined);

  repair();
  await consumer(tenant.store, "payments").redrive("screening.s");
  await until("no screening is parked", async () => (await paying.parked()).length === 0);
  assertEquals(await typesOf(tenant, "Charged", "Refunded"), ["Charged", "Refunded"]);
  assertEquals(await balanceOf(tenant), 2_000);
});

Deno.test("deadlines() ignores a hold that was released and a hold that was sold", async () => {
  await using backend = memory();
  const tenant = openTenant(backend, "north", () => {});
  const { store } = tenant;
  const held = await holdSeat(tenant);
  await execute(store, screening, "screening.s", { type: "release", seat: 1, hold: held.id, reason: "given up" });
  await execute(store, screening, "screening.s", { type: "hold", customer: "bob" });
  const second = (await seatOf(tenant))!.hold;
  await execute(store, screening, "screening.s", { type: "sell", seat: 1, hold: second });
  const { errors, shared } = settings();
  await using running = await deadlines(tenant, 1, shared);
  await running.caughtUp();
  assertEquals([(await seatOf(tenant))?.customer, (await seatOf(tenant))?.sold, errors], ["bob", true, []]);
});

Deno.test("deadlines() keeps a seat before its hold time is over", async () => {
  await using backend = memory();
  const tenant = openTenant(backend, "north", () => {});
  await holdSeat(tenant);
  await using running = await deadlines(tenant, 60_000, settings().shared);
  assertEquals((await running.status()).lanes.reduce((sum, { lag }) => sum + lag.events, 0), 1);
  assertEquals((await seatOf(tenant))?.customer, "ann");
});
