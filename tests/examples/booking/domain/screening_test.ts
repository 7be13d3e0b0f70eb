import { given } from "@flowmade-one/aether";
import { Refusal } from "../../../../examples/booking/domain/refusal.ts";
import { screening } from "../../../../examples/booking/domain/screening.ts";

const opened = { type: "ScreeningOpened", data: { title: "Alien", seats: 2, price: 900 } } as const;
const open = { type: "open", title: "Alien", seats: 2, price: 900 } as const;
const held = (seat: number, customer: string, price = 900) =>
  ({ id: `hold-${customer}`, type: "SeatHeld", data: { seat, customer, price } }) as const;
const ofAnn = { seat: 1, hold: "hold-ann" } as const;
const sold = { type: "SeatSold", data: { ...ofAnn, customer: "ann" } } as const;
const released = { type: "SeatReleased", data: { ...ofAnn, customer: "ann", reason: "late" } } as const;

Deno.test("screening opens once, and its title and its number of seats never change", () => {
  given(screening).when(open).then(opened);
  given(screening, opened).when(open).then();
  given(screening, opened, { type: "PriceChanged", data: { price: 5 } }).when(open).then();
  given(screening, opened).when({ ...open, seats: 3 }).thenThrows(Refusal, `"Alien" with 2 seats`);
  given(screening, opened).when({ ...open, title: "Brazil" }).thenThrows(Refusal, "Alien");
});

Deno.test("screening refuses each other command before it is opened", () => {
  for (
    const command of [
      { type: "set-price", price: 5 },
      { type: "hold", customer: "ann" },
      { type: "sell", ...ofAnn },
      { type: "release", ...ofAnn, reason: "late" },
    ] as const
  ) given(screening).when(command).thenThrows(Refusal, "no such screening");
});

Deno.test("screening changes its price for later holds", () => {
  given(screening, opened).when({ type: "set-price", price: 800 }).then({ type: "PriceChanged", data: { price: 800 } });
  given(screening, opened).when({ type: "set-price", price: 900 }).then();
  const cheaper = { type: "PriceChanged", data: { price: 800 } } as const;
  given(screening, opened, held(1, "ann"), cheaper).when({ type: "hold", customer: "bob" }).then({
    type: "SeatHeld",
    data: { seat: 2, customer: "bob", price: 800 },
  });
});

Deno.test("screening holds the seat that the command names, or else the first free one", () => {
  const first = { type: "SeatHeld", data: { seat: 1, customer: "bob", price: 900 } } as const;
  const second = { type: "SeatHeld", data: { seat: 2, customer: "bob", price: 900 } } as const;
  given(screening, opened).when({ type: "hold", customer: "bob" }).then(first);
  given(screening, opened, held(1, "ann")).when({ type: "hold", customer: "bob" }).then(second);
  given(screening, opened, held(1, "ann"), released).when({ type: "hold", customer: "bob" }).then(first);
  given(screening, opened).when({ type: "hold", customer: "bob", seat: 2 }).then(second);
  given(screening, opened, held(1, "ann")).when({ type: "hold", customer: "bob", seat: 1 })
    .thenThrows(Refusal, "Seat 1 is taken");
  given(screening, opened, held(1, "ann")).when({ type: "hold", customer: "ann", seat: 1 })
    .thenThrows(Refusal, "Seat 1 is taken");
  given(screening, opened).when({ type: "hold", customer: "bob", seat: 3 }).thenThrows(Refusal, "seats 1 to 2");
  given(screening, opened, held(1, "ann"), held(2, "cid")).when({ type: "hold", customer: "bob" })
    .thenThrows(Refusal, "All 2 seats are taken");
});

Deno.test("screening sells or releases a seat for its own hold only, and sells it once", () => {
  given(screening, opened, held(1, "ann")).when({ type: "sell", ...ofAnn }).then(sold);
  given(screening, opened, held(1, "ann"), sold).when({ type: "sell", ...ofAnn }).then();
  given(screening, opened, held(1, "ann")).when({ type: "release", ...ofAnn, reason: "late" }).then(released);
  given(screening, opened, held(1, "ann"), sold).when({ type: "release", ...ofAnn, reason: "late" })
    .thenThrows(Refusal, "was sold to ann");
  for (const history of [[opened], [opened, held(1, "ann"), released], [opened, held(1, "bob")]] as const) {
    given(screening, ...history).when({ type: "sell", ...ofAnn }).thenThrows(Refusal, "not held by hold-ann");
  }
});

Deno.test("screening has the customer of each taken seat in its state", () => {
  given(screening, opened, held(1, "ann"), sold).when({ type: "hold", customer: "bob", seat: 3 }).thenThrows(Refusal);
  given(screening, opened, held(1, "ann"), sold, held(2, "bob")).when({ type: "set-price", price: 900 }).thenState({
    title: "Alien",
    seats: 2,
    price: 900,
    taken: {
      1: { customer: "ann", hold: "hold-ann", sold: true },
      2: { customer: "bob", hold: "hold-bob", sold: false },
    },
  });
});
