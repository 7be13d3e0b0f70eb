/**
 * Superseded messages that another client published without an expected sequence. Such a message can follow commits of
 * its actor. Aether sends a message that can be superseded only for an actor without commits. That message expects
 * sequence 0 on the actor's subject, so that the server refuses it after a commit of the actor.
 */
import { type EventStore, isAetherError } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { encodeHeaders } from "../../../adapters/jetstream/nats/encode_headers.ts";
import { failureOf } from "../_support/failure_of.ts";
import { testOnServer } from "../_support/test_server.ts";

const one = [{ type: "T", data: {} }];

/** With this number of messages in a log, a new commit message with `Aether-Reached: 0` is superseded. */
const MESSAGES = 1_025;

/** Appends commits to other actors. */
async function fill(store: EventStore, count: number): Promise<void> {
  const actors = Array.from({ length: count }, (_, i) => `other.${i % 512}`);
  await Promise.all(actors.map((actorId) => store.append(actorId, one, { expectedVersion: "any" })));
}

/** Publishes a superseded message of the actor `a`, as every client with permission to publish can do. */
async function publishSuperseded(connection: NatsConnection, namespace: string, commitId: string): Promise<void> {
  const headers = encodeHeaders([
    ["Aether-Version", 1],
    ["Aether-Count", 1],
    ["Aether-Commit", commitId],
    ["Aether-Reached", 0],
    ["Content-Type", "application/json"],
  ]);
  const body = `{"time":1,"events":[{"id":"forged","type":"T","data":{}}]}`;
  await connection.request(`aether.log.${namespace}.12.a`, body, { timeout: 60_000, headers: headers as never });
}

function versions(events: readonly { readonly version: number }[]): number[] {
  return events.map(({ version }) => version);
}

/**
 * A log gets `commits` commits of the actor `a`, then `MESSAGES` commits of other actors, and last the superseded
 * messages of `a`: `superseded` is their number.
 */
const rows: [title: string, retention: { maxCommits: number } | undefined, commits: number, superseded: number][] = [
  ["one superseded message after two commits, without retention", undefined, 2, 1],
  ["three superseded messages after two commits, without retention", undefined, 2, 3],
  ["two superseded messages and no commit, without retention", undefined, 0, 2],
  ["one superseded message after two commits, with retention", { maxCommits: 100_000 }, 2, 1],
  ["three superseded messages after one commit, with retention", { maxCommits: 100_000 }, 1, 3],
  ["two superseded messages and no commit, with retention", { maxCommits: 100_000 }, 0, 2],
  ["one superseded message after two expired commits", { maxCommits: 100 }, 2, 1],
];

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "latestVersion(), read(), readAll() and append() skip superseded messages, and see the commits before them",
    async ({ connect }, t) => {
      const connection = await connect();
      for (const [i, [title, retention, commits, superseded]] of rows.entries()) {
        await t.step(title, async () => {
          const namespace = `t${i}`;
          await using backend = await jetstream({ connection, retention, timeout: 60_000 });
          const store = backend.store(namespace);
          for (let i = 0; i < commits; i++) await store.append("a", one, { expectedVersion: i });
          await fill(store, MESSAGES);
          for (let i = 0; i < superseded; i++) await publishSuperseded(connection, namespace, `forged-${i}`);

          // Another backend has not cached the latest commit.
          await using other = await jetstream({ connection, retention, timeout: 60_000 });
          for (const each of [store, other.store(namespace)]) assertEquals(await each.latestVersion("a"), commits);
          const isExpired = retention?.maxCommits === 100;
          const before = Array.from({ length: isExpired ? 0 : commits }, (_, i) => i + 1);
          for (const direction of ["forwards", "backwards"] as const) {
            const read = other.store(namespace).read("a", { direction }).toArray();
            if (isExpired) {
              const error = await failureOf(read);
              assert(isAetherError(error, "events-expired"), String(error));
              assertEquals(error.firstAvailable, commits + 1);
            } else {
              assertEquals(versions(await read).sort(), before);
            }
          }
          await using third = await jetstream({ connection, retention, timeout: 60_000 });
          for (const [i, writer] of [other, backend, third].entries()) {
            const result = await writer.store(namespace).append("a", one, { expectedVersion: commits + i });
            assertEquals(result.version, commits + i + 1);
          }
          const after = await third.store(namespace).read("a", { from: isExpired ? commits + 1 : 1 }).toArray();
          assertEquals(versions(after), [...before, commits + 1, commits + 2, commits + 3]);
          const log = await store.readAll({ after: "oldest-available", actors: "a" }).toArray();
          assertEquals(versions(log), versions(after));
        });
      }
    },
    { version },
  );
}
