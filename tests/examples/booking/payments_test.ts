import { execute, load, type RecordedEventOf } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { assertEquals } from "@std/assert";
import { screening, type ScreeningEvents } from "../../../examples/booking/domain/screening.ts";
import { settle } from "../../../examples/booking/service/payments.ts";
import { openTenant } from "../../../examples/booking/service/tenant.ts";

Deno.test("who comes by all history again charges nothing, however much happened to the wallet since", async () => {
  await using backend = memory();
  const tenant = openTenant(backend, "north", (what, error) => {
    throw new Error(what, { cause: error });
  });
  const { screenings, wallets, wallet } = tenant;
  const pay = (amount: number) => execute(wallets, wallet, "wallet.ann", { type: "top-up", amount });
  await execute(screenings, screening, "screening.s", { type: "open", title: "s", seats: 1, price: 900 });
  await pay(2_000);
  const { events } = await execute(screenings, screening, "screening.s", { type: "hold", customer: "ann" });
  const held = events[0] as RecordedEventOf<ScreeningEvents, "SeatHeld">;
  await settle(tenant, held);
  for (let i = 0; i < 256; i++) await pay(1); // As many as a commit id is looked for among.
  await settle(tenant, held);
  assertEquals((await load(wallets, wallet, "wallet.ann")).state.balance, 2_000 - 900 + 256);
  assertEquals((await load(screenings, screening, "screening.s")).state.taken[1]?.sold, true);
});
