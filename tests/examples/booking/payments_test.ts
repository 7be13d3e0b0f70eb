import { execute, load, type RecordedEventOf } from "@flowmade-one/aether";
import { UnavailableError } from "@flowmade-one/aether/errors";
import { memory } from "@flowmade-one/aether/memory";
import { createBackend } from "@flowmade-one/aether/adapter";
import { assertEquals, assertRejects } from "@std/assert";
import { MemoryDriver } from "../../../adapters/memory/memory_driver.ts";
import { screening, type ScreeningEvents } from "../../../examples/booking/domain/screening.ts";
import { settle } from "../../../examples/booking/service/payments.ts";
import { openTenant, type Tenant } from "../../../examples/booking/service/tenant.ts";
import { FaultyDriver } from "../../conformance/faulty_driver.ts";

function fail(what: string, error: unknown): never {
  throw new Error(what, { cause: error });
}

function topUp({ store, wallet }: Tenant, amount: number) {
  return execute(store, wallet, "wallet.ann", { type: "top-up", amount });
}

/** A seat for 900, held for Ann. */
async function holdSeat({ store }: Tenant) {
  await execute(store, screening, "screening.s", { type: "open", title: "s", seats: 1, price: 900 });
  const { events } = await execute(store, screening, "screening.s", { type: "hold", customer: "ann" });
  return events[0] as RecordedEventOf<ScreeningEvents, "SeatHeld">;
}

Deno.test("who comes by all history again charges nothing, however much happened to the wallet since", async () => {
  await using backend = memory();
  const tenant = openTenant(backend, "north", fail);
  const { store, wallet } = tenant;
  await topUp(tenant, 2_000);
  const held = await holdSeat(tenant);
  await settle(tenant, held);
  for (let i = 0; i < 256; i++) await topUp(tenant, 1); // As many as a commit id is looked for among.
  await settle(tenant, held);
  assertEquals((await load(store, wallet, "wallet.ann")).state.balance, 2_000 - 900 + 256);
  assertEquals((await load(store, screening, "screening.s")).state.taken[1]?.sold, true);
});

const stopped: [what: string, money: number, answer: string, decided: string, balance: number, sold?: boolean][] = [
  ["charged", 2_000, "SeatSold", "Charged", 2_000 - 900 + 256 * 10, true],
  ["refused", 0, "SeatReleased", "ChargeRefused", 256 * 10],
];

for (const [what, money, answer, decided, balance, sold] of stopped) {
  Deno.test(`who stopped after a charge was ${what} goes on from there, however much happened to the wallet`, async () => {
    let left = 1;
    await using backend = createBackend(
      new FaultyDriver(new MemoryDriver({}), {
        fault: (log) => ({
          append: (commit, signal) =>
            commit.events[0]?.type === answer && left-- > 0
              ? Promise.reject(new UnavailableError("Nobody answers"))
              : log.append(commit, signal),
        }),
      }),
    );
    const tenant = openTenant(backend, "north", fail);
    const { store, wallet } = tenant;
    if (money > 0) await topUp(tenant, money);
    const held = await holdSeat(tenant);
    await assertRejects(() => settle(tenant, held), UnavailableError);
    for (let i = 0; i < 256; i++) await topUp(tenant, 10);
    await settle(tenant, held);
    const charges = await store.readAll({ types: ["Charged", "ChargeRefused"] }).toArray();
    assertEquals(charges.map(({ type }) => type), [decided as "Charged" | "ChargeRefused"]);
    assertEquals((await load(store, wallet, "wallet.ann")).state.balance, balance);
    assertEquals((await load(store, screening, "screening.s")).state.taken[1]?.sold, sold);
  });
}
