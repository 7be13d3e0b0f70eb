/**
 * Shows an append, a read, a conflict and the isolation of namespaces: `deno run examples/quickstart.ts`
 *
 * @module
 */
import { events, isAetherError } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

interface OrderEvents {
  Placed: { sku: string };
  Shipped: { at: string };
}

await using backend = memory();
const orders = backend.store("tenant-a.orders", events<OrderEvents>());

await orders.append("order.42", [{ type: "Placed", data: { sku: "A" } }], { expectedVersion: 0 });
await orders.append("order.42", [{ type: "Shipped", data: { at: "2026-01-31" } }], { expectedVersion: 1 });

for await (const event of orders.read("order.42")) {
  if (event.type === "Placed") console.log(event.version, event.type, event.data.sku); // 1 Placed A
}

try {
  await orders.append("order.42", [{ type: "Placed", data: { sku: "B" } }], { expectedVersion: 0 });
} catch (error) {
  if (isAetherError(error, "version-conflict")) {
    console.log("expected version", error.expected, "but is at", error.actual);
  }
}

console.log(await backend.store("tenant-b.orders").latestVersion("order.42")); // 0: another namespace, another order.42
