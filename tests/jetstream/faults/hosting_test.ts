/** Hosted actors in several processes, which are killed and upgraded under load. */
import { hostActors } from "@flowmade-one/aether/hosting";
import { jetstream } from "@flowmade-one/aether/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { hashOf, ownerOf } from "../../../src/coordination/placement.ts";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { until } from "../../_support/until.ts";
import { testOnServer } from "../_support/test_server.ts";
import { counterOf, Counts } from "./counter.ts";
import { HostingProcess } from "./hosting_process.ts";

const ACTORS = 10;
/** Number of commands that one process executes at the same time. */
const FLIGHT = 4;

/** Reads the whole log and checks its versions. Returns the number of stored events by the id of their command. */
async function storedCounts(connection: NatsConnection): Promise<Map<string, number>> {
  await using backend = await jetstream({ connection, timeout: 60_000 });
  const counts = new Map<string, number>();
  const versions = new Map<string, number>();
  for await (const { actorId, version, data } of backend.store("counts").readAll()) {
    assertEquals(version, (versions.get(actorId) ?? 0) + 1, `the next version of ${actorId}`);
    versions.set(actorId, version);
    const { id } = data as { id: string };
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("hostActors() answers 2,400 commands once each while their owner is killed", async (
    { server, connect },
  ) => {
    const names = ["w0", "w1", "w2", "w3"];
    const processes = await Promise.all(names.map((name) => HostingProcess.start(server.url, name, 1, names.length)));
    const members = names.map((name) => ({ name, hash: hashOf(name) }));
    const victim = processes.find(({ name }) => name === ownerOf(members, hashOf("counter.0"))!.name)!;
    const survivors = processes.filter((process) => process !== victim);
    for (const process of survivors) process.run(ACTORS, 800, FLIGHT);
    victim.run(ACTORS, 100_000, FLIGHT);
    // The owner of some actors is killed after it has executed some of their commands.
    const watching = await jetstream({ connection: await connect() });
    while ((await watching.store("counts").latestVersion("counter.0")) < 20);
    await watching.close();
    await victim.kill();
    const reports = await Promise.all(survivors.map((process) => process.report()));
    assertEquals(reports.flatMap(({ errors }) => errors), []);
    assertEquals(reports.map(({ executed }) => executed), [800, 800, 800]);
    const counts = await storedCounts(await connect());
    const storedTwice = [...counts].filter(([, count]) => count > 1);
    assertEquals(storedTwice, []);
    for (const { name } of survivors) {
      for (let n = 0; n < 800; n++) assertEquals(counts.get(`${name}.1.${n}`), 1, `${name}.1.${n}`);
    }
    await Promise.all(survivors.map((process) => process.leave()));
  }, { version });
}

await testOnServer("hostActors() answers each command once while their owner is suspended", async (
  { server, connect },
) => {
  const names = ["w0", "w1", "w2"];
  const processes = await Promise.all(names.map((name) => HostingProcess.start(server.url, name, 1, names.length)));
  const members = names.map((name) => ({ name, hash: hashOf(name) }));
  const victim = processes.find(({ name }) => name === ownerOf(members, hashOf("counter.0"))!.name)!;
  const others = processes.filter((process) => process !== victim);
  victim.run(ACTORS, 1_000_000, FLIGHT);
  const watching = await jetstream({ connection: await connect() });
  while ((await watching.store("counts").latestVersion("counter.0")) < 20);
  await watching.close();
  victim.suspend();
  for (const process of others) process.run(ACTORS, 200, FLIGHT);
  const reports = await Promise.all(others.map((process) => process.report()));
  victim.resume();
  reports.push(await victim.stop());
  assertEquals(reports.flatMap(({ errors }) => errors), []);
  const counts = await storedCounts(await connect());
  for (const [i, process] of [...others, victim].entries()) {
    const { executed } = reports[i]!;
    for (let n = 0; n < executed; n++) {
      assertEquals(counts.get(`${process.name}.1.${n}`), 1, `${process.name}.1.${n}`);
    }
  }
  await Promise.all(processes.map((process) => process.leave()));
});

await testOnServer(
  "hostActors() never stores a refused command, although a suspended process has the name of its owner",
  async (
    { server, connect },
  ) => {
    await using backend = await jetstream({ connection: await connect(), timeout: 60_000 });
    const cluster = await backend.join({ name: "caller", heartbeat: 2_000, ttl: 20_000 });
    const store = backend.store("counts", Counts);
    await using host = hostActors(store, counterOf(1), { cluster, name: "counters" });
    const hosting = () => cluster.members.filter(({ services }) => services.length > 0);
    await using suspended = await HostingProcess.start(server.url, "owner", 1, 2);
    await until("the caller sees its owner", () => hosting().length === 2);
    const members = ["caller", "owner"].map((name) => ({ name, hash: hashOf(name) }));
    const ids = Array.from({ length: 100 }, (_, i) => `counter.${i}`);
    const actorId = ids.find((id) => ownerOf(members, hashOf(id))!.name === "owner")!;
    await host.execute(actorId, { count: "first" });
    assertEquals([host.stats.sent, host.stats.fallbacks], [1, 0]);

    suspended.suspend();
    await using _replacement = await HostingProcess.start(server.url, "owner", 1, 3);
    await until("the caller sees the replacement", () => hosting().length === 3);
    await assertRejects(() => host.execute(actorId, { count: "refused", at: 2 }), RangeError);
    await host.execute(actorId, { count: "second" });
    assertEquals(host.stats.sent, 3);

    suspended.resume();
    suspended.run(1, 1, 1);
    await suspended.report();
    // The process has handled all earlier requests: it answers the requests of its own commands after them.
    const counts = await storedCounts(await connect());
    assertEquals([counts.get("first"), counts.get("second"), counts.get("refused")], [1, 1, undefined]);
  },
);

await testOnServer("hostActors() answers each command while three processes are upgraded one after the other", async (
  { server, connect },
) => {
  const names = ["w0", "w1", "w2"];
  const running = await Promise.all(names.map((name) => HostingProcess.start(server.url, name, 1, names.length)));
  const done: { readonly name: string; readonly build: number; readonly executed: number }[] = [];
  const stop = async (process: HostingProcess) => {
    const { executed, errors } = await process.stop();
    assertEquals(errors, [], `${process.name} of build ${process.build}`);
    assert(executed > 0, `${process.name} of build ${process.build} has executed no command`);
    done.push({ name: process.name, build: process.build, executed });
  };
  for (const process of running) process.run(ACTORS, 1_000_000, FLIGHT);
  for (const [i, name] of names.entries()) {
    const old = running[i]!;
    await stop(old);
    await old.leave();
    const upgraded = await HostingProcess.start(server.url, name, 2, names.length);
    upgraded.run(ACTORS, 1_000_000, FLIGHT);
    running[i] = upgraded;
  }
  await Promise.all(running.map(stop));
  await Promise.all(running.map((process) => process.leave()));
  const counts = await storedCounts(await connect());
  let total = 0;
  for (const { name, build, executed } of done) {
    total += executed;
    for (let n = 0; n < executed; n++) {
      const events = build === 2 && n % 2 === 1 ? 2 : 1;
      assertEquals(counts.get(`${name}.${build}.${n}`), events, `${name}.${build}.${n}`);
    }
  }
  assertEquals(counts.size, total);
});
