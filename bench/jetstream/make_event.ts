const CITIES = ["Aachen", "Bergen", "Cuneo", "Delft", "Essen", "Faro", "Gent", "Hamm"];

/** The event of all JetStream benches: 253 to 259 bytes of JSON. */
export function makeEvent(i: number) {
  const number = i % 90_000 + 10_000;
  return {
    type: "Placed",
    data: {
      order: number,
      customer: { number: number % 900 + 100, street: "Main Street", city: CITIES[i & 7]!, country: "NL" },
      item: { sku: `sku-${number}`, quantity: 1 + i % 9, price: { cents: number, currency: "EUR" } },
      channel: { name: "web", campaign: null, first: i % 3 === 0 },
    },
  };
}

const encoder = new TextEncoder();

/** The JSON of event `i` in bytes, which the references send. */
export function eventBytes(i: number): Uint8Array {
  return encoder.encode(JSON.stringify(makeEvent(i)));
}
