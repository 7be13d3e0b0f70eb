/**
 * Several tenants in one process: a NATS account, a connection and a backend per tenant.
 *
 * ```sh
 * deno run examples/tenants/accounts.ts > tenants.conf
 * nats-server --addr 127.0.0.1 --jetstream --store_dir tenants-data --config tenants.conf
 * deno run --allow-read --allow-net --allow-env examples/tenants/main.ts nats://127.0.0.1:4222
 * ```
 *
 * @module
 */
import { TENANTS } from "./accounts.ts";
import { TenantBackends } from "./tenant_backends.ts";

const [url = "nats://127.0.0.1:4222"] = Deno.args;
await using backends = await TenantBackends.open(url, TENANTS);

// Every tenant has its own namespace "orders", with its own order.1.
for (const { account } of TENANTS) {
  const orders = backends.of(account).store("orders");
  await orders.append("order.1", [{ type: "Placed", data: { by: account } }], { expectedVersion: "any" });
}

for (const { account } of TENANTS) {
  const events = await backends.of(account).store("orders").read("order.1").toArray();
  console.log(
    account,
    events.map(({ version, type, data }) => `${version} ${type} ${JSON.stringify(data)}`).join(", "),
  );
}
