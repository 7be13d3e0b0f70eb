import { parseNamespace } from "@flowmade-one/aether";
import { natsPermissions } from "@flowmade-one/aether/jetstream";
import { assertEquals } from "@std/assert";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { FairSemaphore } from "../../../adapters/jetstream/api/fair_semaphore.ts";
import { RetryBudget } from "../../../adapters/jetstream/api/retry_budget.ts";
import { ServerApi } from "../../../adapters/jetstream/api/server_api.ts";
import { Semaphore } from "../../../adapters/jetstream/api/semaphore.ts";
import { VersionFloors } from "../../../adapters/jetstream/retention/version_floors.ts";
import { namesOf } from "../../../adapters/jetstream/wire/names.ts";
import type { NatsConnection } from "@nats-io/transport-node";
import { testOnServer } from "../_support/test_server.ts";

const TIMEOUT = 60_000;
const names = namesOf("aether", parseNamespace("t"));

function floorsOf(connection: NatsConnection): VersionFloors {
  const shared = {
    batchSemaphore: new Semaphore(8, TIMEOUT),
    sharedBatchSemaphore: new FairSemaphore(8, TIMEOUT),
    consumers: new Set<never>(),
  };
  return new VersionFloors(new ServerApi(connection, TIMEOUT), names, { replicas: 1, storage: "file" }, shared);
}

const inboxPrefix = "_INBOX_reader";
const permissions = natsPermissions({ role: "reader", namespace: "t" }, { inboxPrefix });

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "VersionFloors.list() returns the floor of every actor that matches a pattern, and of no other",
    async (scene) => {
      const floors = floorsOf(await scene.connect({ user: "writer", pass: "p" }));
      // With the permissions of a reader.
      const readable = floorsOf(await scene.connect({ user: "reader", pass: "p", inboxPrefix }));
      const list = (actors: string) => Array.fromAsync(readable.list(actors, undefined), ({ sequence }) => sequence);
      for (const actors of [">", "a.1"]) assertEquals(await list(actors), [], `${actors}, when nothing was purged`);
      const raise = (actorId: string, sequence: number) =>
        floors.raise(actorId, { version: sequence, commitId: "c", sequence }, new RetryBudget(TIMEOUT, undefined));
      // More floors than are read without a consumer.
      const COUNT = 1_300;
      const all = Array.from({ length: COUNT }, (_, i) => i + 1);
      await Promise.all(all.map((n) => raise(`${n % 2 === 0 ? "even" : "odd"}.${n}`, n)));
      await raise("even.2", 2_002);
      await raise("odd.1", 2_001);
      const even = [...all.filter((n) => n % 2 === 0 && n > 2), 2_002];
      const odd = [...all.filter((n) => n % 2 === 1 && n > 1), 2_001];
      const rows: [actors: string, sequences: number[]][] = [
        ["even.*", even],
        ["odd.>", odd],
        [">", [...even, ...odd]],
        ["*.2", [2_002]],
        ["odd.1", [2_001]],
        ["odd.2", []],
        ["none.*", []],
      ];
      const sorted = (sequences: number[]) => sequences.toSorted((a, b) => a - b);
      for (const [actors, sequences] of rows) assertEquals(sorted(await list(actors)), sorted(sequences), actors);
    },
    {
      version,
      config: `accounts { A { jetstream: enabled, users: [
      { user: writer, password: p }
      { user: reader, password: p, permissions: ${JSON.stringify(permissions)} }
    ] } }`,
    },
  );
}
