import type { AppendResult } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { codeOf } from "../_support/failure_of.ts";
import { testOnServer } from "../_support/test_server.ts";

const ROUNDS = 300;

/**
 * The first attempt has a tenth of this timeout, which is enough on a busy machine. A second attempt could find the
 * commit of the first one, which would change the results.
 */
const LONG_TIMEOUT = { timeout: 60_000 };

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    `append() of two backends at the same version succeeds for one of them, in ${ROUNDS} rounds`,
    async ({ connect }) => {
      const backends = [
        await jetstream({ connection: await connect(), ...LONG_TIMEOUT }),
        await jetstream({ connection: await connect(), ...LONG_TIMEOUT }),
      ];
      const stores = backends.map((backend) => backend.store("t"));
      for (let expectedVersion = 0; expectedVersion < ROUNDS; expectedVersion++) {
        // Each backend is first in every second round.
        const racers = expectedVersion % 2 ? [0, 1] : [1, 0];
        const codes = await Promise.all(
          racers.map((i) => codeOf(stores[i]!.append("a", [{ type: "T", data: i }], { expectedVersion }))),
        );
        assertEquals(codes.toSorted(), ["version-conflict", undefined], `round ${expectedVersion}`);
      }
      const events = await stores[0]!.read("a").toArray();
      assertEquals(events.map(({ version }) => version), Array.from({ length: ROUNDS }, (_, i) => i + 1));
      await Promise.all(backends.map((backend) => backend.close()));
    },
    { version },
  );
}

await testOnServer(
  'append() with expectedVersion "any" succeeds for three backends at different versions',
  async ({ connect }) => {
    const backends = await Promise.all(
      [1, 2, 3].map(async () => await jetstream({ connection: await connect(), ...LONG_TIMEOUT })),
    );
    const appends = backends.flatMap((backend) =>
      Array.from(
        { length: 60 },
        (_, i) => backend.store("t").append("a", [{ type: "T", data: i }], { expectedVersion: "any" }),
      )
    );
    const versions = (await Promise.all(appends)).map(({ version }) => version);
    assertEquals(versions.toSorted((a, b) => a - b), Array.from({ length: 180 }, (_, i) => i + 1));
    await Promise.all(backends.map((backend) => backend.close()));
  },
);

await testOnServer("append() of one commit id by two backends stores one commit", async ({ connect }) => {
  const backends = [
    await jetstream({ connection: await connect(), ...LONG_TIMEOUT }),
    await jetstream({ connection: await connect(), ...LONG_TIMEOUT }),
  ];
  const stores = backends.map((backend) => backend.store("t"));
  for (let expectedVersion = 0; expectedVersion < 100; expectedVersion++) {
    const commitId = `c${expectedVersion}`;
    const results: AppendResult[] = await Promise.all(
      stores.map((store) => store.append("a", [{ type: "T", data: {} }], { expectedVersion, commitId })),
    );
    assertEquals(results.map(({ duplicate }) => duplicate).toSorted(), [false, true]);
    assertEquals(results[0]!.position, results[1]!.position);
  }
  assertEquals(await stores[0]!.latestVersion("a"), 100);
  await Promise.all(backends.map((backend) => backend.close()));
});

await testOnServer("append() finds an old commit by its commit id", async ({ connect }) => {
  await using backend = await jetstream({ connection: await connect(), ...LONG_TIMEOUT });
  await using other = await jetstream({ connection: await connect(), ...LONG_TIMEOUT });
  const store = backend.store("t");
  const results: AppendResult[] = [];
  for (let i = 0; i < 40; i++) {
    const events = [{ type: "T", data: 1 }, { type: "T", data: 2 }];
    results.push(await store.append("a", events, { expectedVersion: i * 2, commitId: `c${i}` }));
    await store.append(`other.${i}`, events, { expectedVersion: 0 });
  }
  for (const [i, { version, position }] of results.entries()) {
    const again = await other.store("t").append("a", [{ type: "T", data: 3 }], {
      expectedVersion: i * 2,
      commitId: `c${i}`,
    });
    assertEquals([again.version, again.position, again.duplicate], [version, position, true]);
  }
  const insideCommit = other.store("t").append("a", [{ type: "T", data: 3 }], { expectedVersion: 1, commitId: "c0" });
  assertEquals(await codeOf(insideCommit), "version-conflict");
});

await testOnServer(
  "append() of a backend whose cached version is old rejects with a conflict, and continues at the current version",
  async ({ connect }) => {
    await using outdated = await jetstream({ connection: await connect(), ...LONG_TIMEOUT });
    await using current = await jetstream({ connection: await connect(), ...LONG_TIMEOUT });
    const event = [{ type: "T", data: {} }];
    await outdated.store("t").append("a", event, { expectedVersion: 0 });
    for (const expectedVersion of [1, 2, 3]) await current.store("t").append("a", event, { expectedVersion });
    assertEquals(await codeOf(outdated.store("t").append("a", event, { expectedVersion: 1 })), "version-conflict");
    assertEquals((await outdated.store("t").append("a", event, { expectedVersion: 4 })).version, 5);
    await current.store("t").append("a", event, { expectedVersion: 5 });
    assertEquals(
      (await outdated.store("t").append("a", event, { expectedVersion: 6 })).version,
      7,
      "with an old version in the cache",
    );
  },
);

await testOnServer("JetStreamLog.append() sends appends to one actor one after another", async ({ connect }) => {
  const connection = await connect();
  const sent: string[] = [];
  const publish = (...args: Parameters<NatsConnection["publish"]>) => {
    if (args[0].startsWith("aether.log.")) sent.push(args[0]);
    connection.publish(...args);
  };
  const countedConnection = Object.create(connection, { publish: { value: publish } });
  await using backend = await jetstream({ connection: countedConnection, ...LONG_TIMEOUT });
  const store = backend.store("t");
  const appends = Array.from(
    { length: 50 },
    () => store.append("a", [{ type: "T", data: 0 }], { expectedVersion: "any" }),
  );
  const versions = (await Promise.all(appends)).map(({ version }) => version);
  assertEquals(versions, Array.from({ length: 50 }, (_, i) => i + 1), "in the order of the calls");
  assertEquals(sent.length, 50, "no append was sent twice because of a conflict");
});
