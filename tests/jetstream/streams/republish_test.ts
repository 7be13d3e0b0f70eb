/** Logs whose commits the server does not republish. */
import { type BusEvent, isAetherError } from "@flowmade-one/aether";
import { consume } from "@flowmade-one/aether/consumers";
import {
  jetstream,
  type NatsPermissions,
  natsPermissions,
  type NatsRights,
  provision,
  renewLogIdentity,
} from "@flowmade-one/aether/jetstream";
import { live } from "@flowmade-one/aether/projections";
import type { NatsConnection } from "@nats-io/transport-node";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { hostSeats, untilHosted } from "../../hosting/hosting_nodes.ts";
import { SeatEvents } from "../../hosting/seats.ts";
import { ask } from "../_support/ask_server.ts";
import { failureOf } from "../_support/failure_of.ts";
import { MovedClock, openWithClock } from "../_support/moved_clock.ts";
import { testOnServer } from "../_support/test_server.ts";
import { listen } from "../_support/use_everything.ts";

const OFF = "aether log v1 partitions=16 republish=off";
const ON = "aether log v1 partitions=16";
const republish = { src: "aether.log.t.>", dest: "aether.commits.1.t.>" };
const grantOptions = { reason: "test" };
const placed = (n: number) => [{ type: "Placed", data: n }];
const dataOf = (events: readonly BusEvent[]) => events.map(({ data }) => data);

interface StreamConfig {
  readonly description: string;
  readonly republish?: { readonly src: string; readonly dest: string };
}

async function configOf(connection: NatsConnection, stream = "t_events"): Promise<StreamConfig> {
  return (await ask<{ config: StreamConfig }>(connection, `STREAM.INFO.${stream}`)).config;
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "jetstream({ republish: false }) creates a log whose commits reach subscriptions, but no bus of another process",
    async ({ connect }) => {
      const connection = await connect();
      await using one = await jetstream({ connection, republish: false });
      await using two = await jetstream({ connection: await connect() });
      const observed: BusEvent[] = [];
      two.bus.observe(two.grant(">", grantOptions), (event) => void observed.push(event));
      const [own, other] = [await listen(one, "t"), await listen(two, "t")];
      await one.store("t").append("a", placed(1), { expectedVersion: 0 });
      const config = await configOf(connection);
      assertEquals([config.description, config.republish], [OFF, undefined]);

      await using subscription = two.store("t").subscribe();
      const events = subscription[Symbol.asyncIterator]();
      assertEquals((await events.next()).value?.data, 1);
      const second = events.next();
      await subscription.caughtUp;
      await one.store("t").append("a", placed(2), { expectedVersion: 1 });
      assertEquals((await second).value?.data, 2);
      await two.store("t").append("a", placed(3), { expectedVersion: 2 });
      assertEquals((await events.next()).value?.data, 3);

      // Republished commits would arrive before these events.
      one.bus.within("t").publish("a", { type: "Viewed", data: 4 });
      assertEquals(dataOf(await other(2)), [3, 4]);
      assertEquals(dataOf(observed), [3, 4]);
      two.bus.within("t").publish("a", { type: "Viewed", data: 5 });
      assertEquals(dataOf(await own(4)), [1, 2, 4, 5]);
    },
    { version },
  );
}

// A server before 2.10 does not change the republish of a stream.
for (const version of NATS_SERVER_VERSIONS.filter((version) => version !== "2.9.10")) {
  await testOnServer(
    "a log that an operator stops republishing, and republishes again, stays in use",
    async ({ connect }) => {
      const connection = await connect();
      const clock = new MovedClock();
      await using one = await openWithClock({ connection }, clock);
      await using two = await openWithClock({ connection: await connect() }, clock);
      const other = await listen(two, "t");
      const store = one.store("t");
      await store.append("a", placed(1), { expectedVersion: 0 });
      await other(1);
      const { republish: _, ...config } = await configOf(connection);
      const update = async (changes: object) => {
        const answer = await ask<object>(connection, "STREAM.UPDATE.t_events", { ...config, ...changes });
        assert(!("error" in answer), JSON.stringify(answer));
        clock.advance();
      };
      await update({ description: OFF });
      await store.append("a", placed(2), { expectedVersion: 1 });
      one.bus.within("t").publish("a", { type: "Viewed", data: 3 });
      assertEquals(dataOf(await other(2)), [1, 3]);
      await update({ description: ON, republish });
      await store.append("a", placed(4), { expectedVersion: 2 });
      assertEquals(dataOf(await other(3)), [1, 3, 4]);
    },
    { version },
  );
}

/** The option `republish` with which a log was created, and with which it is opened. */
const choices: [created: boolean, opened: boolean | undefined, isRefused: boolean][] = [
  [false, undefined, false],
  [false, false, false],
  [false, true, true],
  [true, undefined, false],
  [true, false, false],
  [true, true, false],
];

await testOnServer(
  "jetstream({ republish: true }) refuses a log that is not republished, and other choices keep the log unchanged",
  async (scene, t) => {
    const connection = await scene.connect();
    for (const created of [false, true]) await provision([`log-${created}`], { connection, republish: created });
    for (const [created, opened, isRefused] of choices) {
      await t.step(
        `created with ${created}, opened with ${opened}: ${isRefused ? "refused" : "accepted"}`,
        async () => {
          const [namespace, stream] = [`log-${created}`, `log-${created}_events`];
          const before = await configOf(connection, stream);
          const options = { connection, republish: opened };
          await using backend = await jetstream(options);
          const store = backend.store(namespace);
          const uses = [
            () => provision([namespace], options),
            () => store.append("a", placed(1), { expectedVersion: "any" }),
            () => store.readAll().toArray(),
          ];
          for (const use of uses) {
            const error = await failureOf(use());
            assertEquals(isAetherError(error, "unsupported-storage"), isRefused, `${use}: ${error}`);
            if (isRefused) assertStringIncludes(String(error), `"${stream}" exists with republish=off`);
          }
          assertEquals(await configOf(connection, stream), before);
        },
      );
    }
  },
);

await testOnServer("a log with retention and an assigned identity keeps republish=off", async ({ connect }) => {
  const connection = await connect();
  const options = { connection, republish: false, retention: { maxCommits: 300 } };
  await using backend = await jetstream(options);
  await backend.store("t").append("a", placed(1), { expectedVersion: 0 });
  const marker = "aether log v1 partitions=16 max-commits=300 republish=off";
  assertEquals((await configOf(connection)).description, marker);
  await renewLogIdentity(["t"], { connection });
  const { description, republish } = await configOf(connection);
  assertMatch(description, new RegExp(`^${marker} identity=[0-9a-f]{12}:[0-9a-f]{12}$`));
  assertEquals(republish, undefined);
  await using other = await jetstream(options);
  assertEquals((await other.store("t").append("a", placed(2), { expectedVersion: 1 })).version, 2);
});

await testOnServer(
  "consume(), live() and hostActors() of two processes use a log that is not republished",
  async ({ connect }) => {
    await provision(["screenings"], { connection: await connect(), republish: false });
    const nodes = await Promise.all(["n1", "n2"].map(async (name) => {
      const backend = await jetstream({ connection: await connect() });
      const cluster = await backend.join({ name, heartbeat: 100, ttl: 20_000 });
      const store = backend.store("screenings", SeatEvents);
      return { name, backend, cluster, store, host: hostSeats(store, cluster) };
    }));
    const [one, two] = [nodes[0]!, nodes[1]!];
    await untilHosted(nodes, 2);
    const handled = new Set<string>();
    const isDone = Promise.withResolvers<void>();
    const actors = ["a", "b", "c", "d"].map((name) => `screening.${name}`);
    const consumer = await consume(two.store, { name: "mailer" }, ({ actorId, version }) => {
      handled.add(`${actorId}@${version}`);
      if (handled.size === 2 * actors.length) isDone.resolve();
    });
    const count = live(two.store, { initial: () => 0, evolve: (count) => count + 1 });
    await count.caughtUp;
    for (const actorId of actors) {
      for (const { name, host } of nodes) await host.execute(actorId, { take: name });
    }
    await isDone.promise;
    await count.reached((await one.store.end())!);
    assertEquals(count.value, 2 * actors.length);
    const stats = nodes.map(({ host }) => host.stats);
    assertEquals(stats.reduce((sum, { fallbacks }) => sum + fallbacks, 0), 0);
    assertEquals(stats.reduce((sum, { loads }) => sum + loads, 0), actors.length);
    await consumer.close();
    await count.close();
    for (const { host, backend } of nodes) {
      await host.close();
      await backend.close();
    }
  },
);

const as = (name: string) => ({ user: name, pass: "p", inboxPrefix: `_INBOX_${name}` });
const userOf = (
  name: string,
  rights: NatsRights,
): { user: string; password: string; permissions: NatsPermissions } => ({
  user: name,
  password: "p",
  permissions: natsPermissions(rights, { inboxPrefix: `_INBOX_${name}` }),
});
const users = [
  userOf("operator", { role: "operator" }),
  userOf("tenant", { role: "tenant", namespace: "t" }),
  userOf("reader", { role: "reader", namespace: "t" }),
  userOf("observer", { role: "observer", pattern: ">" }),
];

await testOnServer(
  "natsPermissions() lets every role use a log that is not republished, and an observer receives no stored event",
  async ({ connect }) => {
    const open = async (name: string) => await jetstream({ connection: await connect(as(name)) });
    await provision(["t"], { connection: await connect(as("operator")), republish: false });
    await using tenant = await open("tenant");
    await using reader = await open("reader");
    await using observer = await open("observer");
    const observed = Promise.withResolvers<BusEvent>();
    observer.bus.observe(observer.grant(">", grantOptions), observed.resolve);
    // The server denies this request. When the denial arrives, the server has the subscriptions of the observer.
    await failureOf(observer.store("t").latestVersion("a"));
    await using subscription = reader.store("t").subscribe();
    await subscription.caughtUp;
    await tenant.store("t").append("a", placed(1), { expectedVersion: 0 });
    for await (const { data } of subscription) if (data === 1) break;
    tenant.bus.within("t").publish("a", { type: "Viewed", data: 2 });
    assertEquals((await observed.promise).data, 2);
  },
  { config: `accounts: ${JSON.stringify({ A: { jetstream: "enabled", users } })}` },
);
