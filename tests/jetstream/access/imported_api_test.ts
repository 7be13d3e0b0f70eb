import { jetstream } from "@flowmade-one/aether/jetstream";
import { assertEquals } from "@std/assert";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { testOnServer } from "../_support/test_server.ts";
import { listen, useEverything } from "../_support/use_everything.ts";

/** Subjects to which clients of the importing account publish. The exporting account stores these messages. */
const stored = ["log", "snapshots", "heads", "records", "cluster"].map((part) => `aether.${part}.>`);
/** Subjects of messages that the exporting account sends to clients of the importing account. */
const received = ["_INBOX_edge.>", "aether.commits.>", "aether.events.>"];
const toEdge = { accounts: ["EDGE"] };

/** The configuration in docs/operating-on-nats.md. */
const accounts = {
  HUB: {
    jetstream: "enabled",
    users: [{ user: "hub", password: "p" }],
    exports: [
      { service: "$JS.API.>", response_type: "stream", ...toEdge },
      ...["$JS.FC.>", ...stored].map((service) => ({ service, ...toEdge })),
      ...received.map((stream) => ({ stream, ...toEdge })),
    ],
  },
  EDGE: {
    users: [{ user: "edge", password: "p" }],
    imports: [
      { service: { account: "HUB", subject: "$JS.API.>" }, to: "JS.HUB.API.>" },
      ...["$JS.FC.>", ...stored].map((subject) => ({ service: { account: "HUB", subject } })),
      ...received.map((subject) => ({ stream: { account: "HUB", subject } })),
    ],
  },
};
const config = `accounts: ${JSON.stringify(accounts)}`;
const apiPrefix = "JS.HUB.API";
const made = [{ type: "Made", data: 1 }];

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("jetstream({ apiPrefix }) stores in the account whose API is imported", async ({ connect }, t) => {
    const connection = await connect({ user: "edge", pass: "p", inboxPrefix: "_INBOX_edge" });
    await using edge = await jetstream({ connection, apiPrefix });
    await using hub = await jetstream({ connection: await connect({ user: "hub", pass: "p" }) });

    await t.step("everything works in the importing account", () => useEverything(edge, edge, "prod.a"));

    await t.step(
      "the exporting account stores the events, and the importing account receives the exporting account's bus events",
      async () => {
        assertEquals((await hub.store("prod.a").readAll().toArray()).length, 9);
        await useEverything(hub, edge, "prod.b");
      },
    );

    await t.step("an event that the importing account publishes stays in that account", async () => {
      const received = await listen(hub, "prod.a");
      edge.bus.within("prod.a").publish("order.1", { type: "Viewed", data: 1 });
      await edge.store("prod.a").append("order.9", made, { expectedVersion: 0 });
      assertEquals((await received(1)).map(({ type }) => type), ["Made"]);
    });
  }, { version, config });
}
