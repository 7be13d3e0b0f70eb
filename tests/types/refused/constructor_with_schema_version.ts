import { events, unchecked } from "@flowmade-one/aether";

const Orders = events({ Placed: unchecked<{ sku: string }>() });
// @ts-expect-error: 'schemaVersion' does not exist in type
Orders.Placed({ sku: "A" }, { schemaVersion: 1 });
