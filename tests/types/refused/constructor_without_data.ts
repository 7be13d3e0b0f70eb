import { events, unchecked } from "@flowmade-one/aether";

const Orders = events({ Placed: unchecked<{ sku: string }>() });
// @ts-expect-error: Expected 1-2 arguments, but got 0
Orders.Placed();
