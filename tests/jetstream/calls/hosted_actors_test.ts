/** Hosted actors of several backends, each with its own connection to a real server. */
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assertEquals, assertRejects } from "@std/assert";
import { until } from "../../_support/until.ts";
import { hostSeats, untilHosted } from "../../hosting/hosting_nodes.ts";
import { SeatEvents, SoldOut } from "../../hosting/seats.ts";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { type ServerScene, testOnServer } from "../_support/test_server.ts";

/** Settings with which no session ends on a busy machine. */
const SESSION = { heartbeat: 100, ttl: 20_000 } as const;

/** Opens nodes that host the same actors, each over its own connection. */
async function openNodes({ connect }: ServerScene, names: readonly string[]) {
  const nodes = await Promise.all(names.map(async (name) => {
    const backend = await jetstream({ connection: await connect() });
    const cluster = await backend.join({ name, ...SESSION });
    const store = backend.store("screenings", SeatEvents);
    return { name, backend, cluster, store, host: hostSeats(store, cluster) };
  }));
  await untilHosted(nodes, names.length);
  const close = async () => {
    for (const { host, backend } of nodes) {
      await host.close();
      await backend.close();
    }
  };
  return { nodes, [Symbol.asyncDispose]: close };
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("execute() of several hosts loads each actor on one of them only", async (scene) => {
    await using opened = await openNodes(scene, ["n1", "n2", "n3"]);
    const { nodes } = opened;
    const actors = Array.from({ length: 12 }, (_, i) => `screening.${i}`);
    for (const actorId of actors) {
      for (const { name, host } of nodes) await host.execute(actorId, { take: name });
    }
    const results = await Promise.all(actors.map((id) => nodes[0]!.host.execute(id, { return: "n2" })));
    assertEquals(results.map(({ version }) => version), actors.map(() => 4));
    assertEquals(results.map(({ answer }) => answer), actors.map(() => ["n1", "n3"]));
    const stats = nodes.map(({ host }) => host.stats);
    assertEquals(stats.reduce((sum, { loads }) => sum + loads, 0), actors.length);
    assertEquals(stats.reduce((sum, { fallbacks }) => sum + fallbacks, 0), 0);
    const stored = await nodes[1]!.store.readAll().toArray();
    assertEquals(stored.length, 4 * actors.length);
  }, { version });

  await testOnServer("execute() throws the error of decide(), also if another host owns the actor", async (scene) => {
    await using opened = await openNodes(scene, ["n1", "n2"]);
    for (const { host } of opened.nodes) {
      for (const [i, actorId] of ["a", "b", "c", "d"].entries()) {
        const by = `${i}`;
        if ((await opened.nodes[0]!.store.latestVersion(actorId)) === 0) {
          for (let seat = 0; seat < 3; seat++) await host.execute(actorId, { take: `${by}.${seat}` });
        }
        await assertRejects(() => host.execute(actorId, { take: "late" }), SoldOut);
      }
    }
  }, { version });
}

await testOnServer(
  "ActorHost.close() answers or refuses each request, so that its caller need not wait",
  async (scene) => {
    await using opened = await openNodes(scene, ["n1", "n2"]);
    const [one, two] = opened.nodes;
    const actors = Array.from({ length: 2_000 }, (_, i) => `screening.${i}`);
    const results = Promise.all(actors.map((id) => two!.host.execute(id, { take: "Ann" })));
    await until("a command was served", () => one!.host.stats.served > 0);
    await one!.host.close();
    assertEquals((await results).map(({ version }) => version), actors.map(() => 1));
    assertEquals(two!.host.stats.fallbacks, 0);
  },
);

await testOnServer("ActorHost.close() ends although the connection is closed at the same time", async (scene) => {
  const connection = await scene.connect();
  const backend = await jetstream({ connection, timeout: 600_000 });
  const cluster = await backend.join({ name: "n1", ...SESSION });
  const host = hostSeats(backend.store("screenings", SeatEvents), cluster);
  const closing = host.close();
  await connection.close();
  await closing;
  assertEquals(host.stats.actors, 0);
});
