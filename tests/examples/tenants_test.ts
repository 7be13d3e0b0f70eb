import { UnsupportedStorageError } from "@flowmade-one/aether/errors";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { accountsConfig, TENANTS } from "../../examples/tenants/accounts.ts";
import { TenantBackends } from "../../examples/tenants/tenant_backends.ts";
import { poll } from "../../tools/nats/poll.ts";
import { NATS_SERVER_VERSIONS } from "../../tools/nats_server.ts";
import { testOnServer } from "../jetstream/_support/test_server.ts";
import { runExample, WITH_NETWORK } from "./run_example.ts";

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("examples/tenants isolates tenants by accounts", async ({ server }, t) => {
    await t.step("main.ts prints the events of each tenant", async () => {
      const { code, stdout, stderr } = await runExample("examples/tenants/main.ts", [server.url], WITH_NETWORK);
      assertEquals([code, stderr], [0, ""]);
      assertEquals(stdout, 'ACME 1 Placed {"by":"ACME"}\nEMCA 1 Placed {"by":"EMCA"}\n');
    });
    await t.step("TenantBackends.of() gives each tenant its own versions", async () => {
      await using backends = await TenantBackends.open(server.url, TENANTS);
      const [acme, emca] = [backends.of("ACME").store("orders"), backends.of("EMCA").store("orders")];
      await acme.append("order.1", [{ type: "Shipped", data: {} }], { expectedVersion: 1 });
      assertEquals([await acme.latestVersion("order.1"), await emca.latestVersion("order.1")], [2, 1]);
    });
  }, { version, config: accountsConfig(TENANTS) });
}

await testOnServer(
  "TenantBackends.open() closes all connections if one tenant has no JetStream",
  async ({ server }) => {
    await assertRejects(() => TenantBackends.open(server.url, TENANTS), UnsupportedStorageError);
    const connections = async () => (await (await fetch(`${server.monitoringUrl}/connz`)).json()).num_connections;
    assert(await poll(async () => await connections() === 0));
  },
  {
    config: `accounts: ${
      JSON.stringify({
        ACME: { jetstream: "enabled", users: [{ user: "acme", password: "acme-password" }] },
        EMCA: { jetstream: "disabled", users: [{ user: "emca", password: "emca-password" }] },
      })
    }`,
  },
);

Deno.test("TenantBackends.of() rejects an unknown tenant", async () => {
  await using backends = await TenantBackends.open("nats://127.0.0.1:1", []);
  assertThrows(
    () => backends.of("ACME"),
    Error,
    'Cannot use tenant "ACME": it is unknown. Pass it to TenantBackends.open()',
  );
});

Deno.test("accounts.ts prints a server configuration and needs no permission", async () => {
  const { code, stdout, stderr } = await runExample("examples/tenants/accounts.ts", [], []);
  assertEquals([code, stderr, stdout], [0, "", `${accountsConfig(TENANTS)}\n`]);
});
