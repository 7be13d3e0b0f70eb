import { type DecidedEvents, event } from "@flowmade-one/aether";

interface OrderEvents {
  Placed: { sku: string };
}
const place = (sku: string): DecidedEvents<OrderEvents> => [
  event("Placed", { sku }),
  // @ts-expect-error: Type '"Paid"' is not assignable to type '"Placed"'
  event("Paid", { sku }),
];
void place;
