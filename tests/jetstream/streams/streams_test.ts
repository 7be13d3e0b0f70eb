import { type ErrorCode, isAetherError, type Namespace } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { namesOf } from "../../../adapters/jetstream/wire/names.ts";
import { checkLog, logConfig } from "../../../adapters/jetstream/streams/stream_config.ts";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { ask } from "../_support/ask_server.ts";
import { deleteStream } from "../_support/delete_stream.ts";
import { codeOf, failureOf } from "../_support/failure_of.ts";
import { MovedClock, openWithClock } from "../_support/moved_clock.ts";
import { testOnServer } from "../_support/test_server.ts";

const opened = [{ type: "Opened", data: {} }];

interface StreamInfo {
  readonly config: Record<string, unknown>;
  readonly state: { readonly messages: number };
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("the server refuses to delete or purge the messages of a log", async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    await backend.store("t").append("a", opened, { expectedVersion: 0 });
    const codes = [];
    for (const path of ["STREAM.MSG.DELETE.t_events", "STREAM.PURGE.t_events"]) {
      const { error } = await ask<{ error: { err_code: number } }>(connection, path, { seq: 1 });
      codes.push(error.err_code);
    }
    assertEquals(codes, [10057, 10110]);
  }, { version });

  await testOnServer(
    "append() and snapshots.put() of two connections create the same streams at the same time",
    async ({ connect }) => {
      const backends = await Promise.all(
        [1, 2].map(async () => await jetstream({ connection: await connect() })),
      );
      const namespaces = Array.from({ length: 20 }, (_, i) => `tenant-${i}`);
      await Promise.all(namespaces.flatMap((namespace) =>
        backends.map(async (backend, i) => {
          const store = backend.store(namespace);
          await store.append(`actor-${i}`, opened, { expectedVersion: 0 });
          await store.snapshots.put("a", { version: 1, schema: 1, eventId: "e", state: i });
        })
      ));
      for (const namespace of namespaces) {
        assertEquals((await backends[0]!.store(namespace).readAll().toArray()).length, 2);
      }
      await Promise.all(backends.map((backend) => backend.close()));
    },
    { version },
  );
}

await testOnServer("an existing log keeps its number of partitions", async ({ connect }) => {
  const connection = await connect();
  await ask(connection, "STREAM.CREATE.t_events", {
    name: "t_events",
    description: "aether log v1 partitions=3",
    subjects: ["aether.log.t.>"],
    allow_direct: true,
    republish: { src: "aether.log.t.>", dest: "aether.commits.1.t.>" },
  });
  await using backend = await jetstream({ connection });
  const store = backend.store("t");
  await Promise.all(Array.from({ length: 40 }, (_, i) => store.append(`a.${i}`, opened, { expectedVersion: 0 })));
  const { state } = await ask<{ state: { subjects: Record<string, number> } }>(connection, "STREAM.INFO.t_events", {
    subjects_filter: ">",
  });
  const partitions = new Set(Object.keys(state.subjects).map((subject) => subject.split(".")[3]));
  assertEquals([...partitions].sort(), ["0", "1", "2"]);
  assertEquals((await store.readAll({ actors: "a.*" }).toArray()).length, 40);
});

Deno.test("checkLog() refuses replicas on a server that may accept two writers at the same version", async () => {
  const names = namesOf("aether", "t" as Namespace);
  const cases: [replicas: number, version: string, refused: boolean][] = [
    [3, "2.9.10", true],
    [3, "2.9.20", true],
    [3, "2.9.21", false],
    [3, "2.10.0", false],
    [3, "2.15.1", false],
    [2, "2.9.20", true],
    [1, "2.9.10", false],
  ];
  for (const [replicas, version, refused] of cases) {
    const settings = { replicas, storage: "file" } as const;
    const config = logConfig(names, { partitions: 16, republish: true }, settings);
    const error = await failureOf(
      Promise.resolve().then(() => checkLog(names, { config, created: "" }, settings, version)),
    );
    assertEquals(isAetherError(error, "unsupported-storage"), refused, `${replicas} on ${version}: ${error}`);
    if (refused) assertStringIncludes(String(error), "2.9.21 or newer");
  }
});

const ours = {
  subjects: ["aether.log.t.>"],
  description: "aether log v1 partitions=16",
  allow_direct: true,
  republish: { src: "aether.log.t.>", dest: "aether.commits.1.t.>" },
};

const unusable: [title: string, config: object, message: string][] = [
  ["without a marker", { subjects: ["aether.log.t.>"], allow_direct: true }, "another program or a newer version"],
  [
    "of another program that is also called Aether",
    { subjects: ["events.t.>"], description: "Aether events" },
    "another program or a newer version",
  ],
  ["of a newer format", {
    subjects: ["aether.log.t.>"],
    description: "aether log v2 partitions=16",
    allow_direct: true,
  }, "another program or a newer version"],
  ["of another prefix", {
    subjects: ["other.log.t.>"],
    description: "aether log v1 partitions=16",
    allow_direct: true,
  }, "another prefix"],
  ["with direct gets switched off", {
    subjects: ["aether.log.t.>"],
    description: "aether log v1 partitions=16",
  }, "allow_direct"],
  ["that does not republish", { ...ours, republish: undefined }, "Set republish to"],
  ["that republishes although its description has republish=off", {
    ...ours,
    description: "aether log v1 partitions=16 republish=off",
  }, "Remove republish"],
  [
    "that republishes to another subject",
    { ...ours, republish: { ...ours.republish, dest: "x.>" } },
    "Set republish to",
  ],
  [
    "that republishes some messages",
    { ...ours, republish: { ...ours.republish, src: "aether.log.t.0.>" } },
    "Set republish to",
  ],
  [
    "that republishes headers only",
    { ...ours, republish: { ...ours.republish, headers_only: true } },
    "Set republish to",
  ],
];

await testOnServer("an unusable stream with the name of a log is refused, and stays unchanged", async (scene, t) => {
  const { server, connect } = scene;
  const connection = await connect();
  await using backend = await jetstream({ connection });
  for (const [title, config, message] of unusable) {
    await t.step(title, async () => {
      const reply = await ask<object>(connection, "STREAM.CREATE.t_events", { name: "t_events", ...config });
      assert(!("error" in reply), JSON.stringify(reply));
      const before = await ask<StreamInfo>(connection, "STREAM.INFO.t_events");
      const store = backend.store("t");
      const uses: [use: string, run: () => Promise<unknown>][] = [
        ["append", () => store.append("a", opened, { expectedVersion: 0 })],
        ["read", () => store.read("a").toArray()],
        ["readAll", () => store.readAll().toArray()],
        ["latestVersion", () => store.latestVersion("a")],
        ["subscribe", () => Array.fromAsync(store.subscribe())],
      ];
      for (const [use, run] of uses) {
        const error = await failureOf(run());
        assert(isAetherError(error, "unsupported-storage"), `${use}: ${error}`);
        assertStringIncludes(error.message, message);
        assertStringIncludes(error.message, `"t_events"`);
      }
      const after = await ask<StreamInfo>(connection, "STREAM.INFO.t_events");
      assertEquals([after.config, after.state.messages], [before.config, 0]);
      await deleteStream(server, connection, "t_events");
    });
  }
});

await testOnServer("a foreign stream with the name of the snapshots is refused", async ({ connect }) => {
  const connection = await connect();
  await using backend = await jetstream({ connection });
  await ask(connection, "STREAM.CREATE.t_snapshots", { name: "t_snapshots", subjects: ["aether.snapshots.t.>"] });
  const { snapshots } = backend.store("t");
  assertEquals(await codeOf(snapshots.latest("a")), "unsupported-storage");
  const put = snapshots.put("a", { version: 1, schema: 1, eventId: "e", state: 1 });
  assertEquals(await codeOf(put), "unsupported-storage");
});

await testOnServer(
  "append() fails and names the subjects if another stream has the subjects of the log",
  async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    await ask(connection, "STREAM.CREATE.audit", { name: "audit", subjects: ["aether.>"] });
    const error = await failureOf(backend.store("t").append("a", opened, { expectedVersion: 0 }));
    assert(isAetherError(error, "unsupported-storage"), String(error));
    assertStringIncludes(error.message, "aether.log.t.>");
  },
);

await testOnServer("a deleted log is empty, and the next append creates it", async ({ server, connect }) => {
  const connection = await connect();
  await using backend = await jetstream({ connection, timeout: 5_000 });
  const store = backend.store("t");
  for (const expectedVersion of [0, 1, 2]) await store.append("a", opened, { expectedVersion });
  await deleteStream(server, connection, "t_events");
  assertEquals(await store.latestVersion("a"), 0);
  assertEquals(await store.read("a").toArray(), []);
  assertEquals(await store.readAll().toArray(), []);
  assertEquals(await codeOf(store.append("a", opened, { expectedVersion: 3 })), "version-conflict");
  assertEquals((await store.append("a", opened, { expectedVersion: 0 })).version, 1);
  // The backend still caches version 1 at sequence 1.
  await deleteStream(server, connection, "t_events");
  await store.append("b", opened, { expectedVersion: 0 });
  assertEquals((await store.append("a", opened, { expectedVersion: "any" })).version, 1);
});

await testOnServer(
  "a log whose direct gets are switched off during use is refused, and the error names allow_direct",
  async ({ connect }) => {
    const connection = await connect();
    const clock = new MovedClock();
    await using backend = await openWithClock({ connection }, clock);
    const store = backend.store("t");
    await store.append("a", opened, { expectedVersion: 0 });
    const { config } = await ask<{ config: object }>(connection, "STREAM.INFO.t_events");
    await ask(connection, "STREAM.UPDATE.t_events", { ...config, allow_direct: false });
    clock.advance();
    const error = await failureOf(store.append("a", opened, { expectedVersion: 1 }));
    assert(isAetherError(error, "unsupported-storage"), String(error));
    assertStringIncludes(error.message, "Set allow_direct");
  },
);

await testOnServer("reads of a namespace create no stream", async ({ connect }) => {
  const connection = await connect();
  await using backend = await jetstream({ connection });
  const store = backend.store("t");
  await store.read("a").toArray();
  await store.read("a", { direction: "backwards" }).toArray();
  await store.readAll().toArray();
  await store.latestVersion("a");
  await store.snapshots.latest("a");
  assertEquals(await codeOf(store.append("a", opened, { expectedVersion: "exists" })), "version-conflict" as ErrorCode);
  assertEquals((await ask<{ streams: unknown }>(connection, "STREAM.NAMES")).streams, null);
});

await testOnServer(
  "namespaces() lists the namespaces of its prefix that have commits, from all pages of the server's answer",
  async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    const wanted = Array.from({ length: 300 }, (_, i) => `n.${String(i).padStart(3, "0")}`);
    await Promise.all(wanted.map((namespace) => backend.store(namespace).append("a", opened, { expectedVersion: 0 })));
    await using other = await jetstream({ connection, prefix: "other" });
    await other.store("elsewhere").append("a", opened, { expectedVersion: 0 });
    await ask(connection, "STREAM.CREATE.x_events", { name: "x_events", subjects: ["aether.log.x.>"] });
    await using subscription = backend.store("followed").subscribe();
    await subscription.caughtUp;
    const listed = await Array.fromAsync(backend.namespaces(backend.grant(">", { reason: "test" })));
    assertEquals([...listed].sort() as string[], wanted);
  },
);
