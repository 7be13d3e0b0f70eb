import { events } from "@flowmade-one/aether";

// @ts-expect-error: each event of the union needs data, such as null
events<{ type: "Placed"; data: { sku: string } } | { type: "Shipped" }>();
