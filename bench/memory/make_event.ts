const CITIES = ["Aachen", "Bergen", "Cádiz", "Delft", "Essen", "Faro", "Gent", "Hamm"];
const SKUS = Array.from({ length: 64 }, (_, i) => `sku-${1000 + i}`);

/** The result of {@link makeEvent}. */
export type Placed = ReturnType<typeof makeEvent>;

/** The event of all memory benches. Its data is an object with six nested objects and 14 scalars. */
export function makeEvent(i: number) {
  return {
    type: "Placed",
    data: {
      order: i,
      customer: {
        number: i % 5_000,
        address: { street: "Main Street", number: i % 200, place: { city: CITIES[i & 7]!, country: "NL" } },
      },
      item: { sku: SKUS[i & 63]!, quantity: 1 + i % 9, price: { cents: 100 + i % 9_900, currency: "EUR" } },
      channel: { name: "web", campaign: null, first: i % 3 === 0 },
    },
  };
}
