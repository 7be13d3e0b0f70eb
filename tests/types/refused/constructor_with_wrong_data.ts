import { events, unchecked } from "@flowmade-one/aether";

const Orders = events({ Placed: unchecked<{ sku: string }>() });
// @ts-expect-error: Type 'number' is not assignable to type 'string'
Orders.Placed({ sku: 7 });
