import { type AppendResult, isAetherError, type Position } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { ask } from "../_support/ask_server.ts";
import { failureOf } from "../_support/failure_of.ts";
import { testOnServer } from "../_support/test_server.ts";

const RECONNECT = { maxReconnectAttempts: -1, reconnectTimeWait: 50 };

interface State {
  readonly messages: number;
  readonly first_seq: number;
  readonly last_seq: number;
  readonly num_subjects: number;
}

async function stateOf(connection: NatsConnection, stream: string): Promise<State> {
  return (await ask<{ state: State }>(connection, `STREAM.INFO.${stream}`)).state;
}

/** The position of each version of each actor, from the results of appends. */
class Acknowledged {
  readonly #actors: Map<string, Map<number, Position>> = new Map();
  count = 0;

  add(actorId: string, { version, position }: AppendResult): void {
    const positions = this.#actors.get(actorId) ?? new Map();
    this.#actors.set(actorId, positions);
    assertEquals(positions.get(version), undefined, `version ${version} of ${actorId} was acknowledged twice`);
    positions.set(version, position);
    this.count++;
  }

  /** Checks that positions rise with versions, and returns the last version of each actor. */
  check(): [actorId: string, version: number][] {
    return Array.from(this.#actors, ([actorId, positions]) => {
      const versions = [...positions.keys()].sort((a, b) => a - b);
      const inOrder = versions.map((version) => positions.get(version)!);
      assertEquals(inOrder, inOrder.toSorted(), `the positions of ${actorId}`);
      return [actorId, versions.at(-1)!];
    });
  }

  /** The number of versions without an acknowledgement. Appends with an unknown outcome may have stored them. */
  get missing(): number {
    return this.check().reduce((sum, [, version]) => sum + version, 0) - this.count;
  }
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "append() of two writers uses no version twice while commits are purged and the server is killed",
    async ({ server, connect }) => {
      const COMMITS = 3_000;
      const ACTORS = 400;
      const retention = { maxCommits: 10 };
      const acknowledged = new Acknowledged();
      let unknown = 0;
      const write = async (offset: number) => {
        // The timeout is long: a server restarts slowly on a busy machine.
        const backend = await jetstream({ connection: await connect(RECONNECT), retention, timeout: 60_000 });
        const store = backend.store("t");
        let next = 0;
        const work = async () => {
          while (next < COMMITS) {
            // Each actor gets its next commits long after the earlier ones were purged.
            const actorId = `actor.${Math.floor(next / 2 + offset) % ACTORS}`;
            const data = next++;
            try {
              acknowledged.add(actorId, await store.append(actorId, [{ type: "T", data }], { expectedVersion: "any" }));
            } catch (error) {
              if (!isAetherError(error, "outcome-unknown")) throw error;
              unknown++;
            }
          }
        };
        await Promise.all(Array.from({ length: 24 }, work));
        await backend.close();
      };
      let hasWritten = false;
      const writing = Promise.all([write(0), write(3)]).finally(() => hasWritten = true);
      for (const part of [0.5, 0.8]) {
        while (!hasWritten && acknowledged.count < part * COMMITS * 2) {
          await Promise.race([writing, new Promise((resolve) => setTimeout(resolve, 20))]);
        }
        await server.kill9();
        await server.restart();
      }
      await writing;
      const connection = await connect();
      await using purging = await jetstream({ connection, retention });
      // Further appends continue the purge.
      for (let i = 0; (await stateOf(connection, "t_events")).first_seq <= COMMITS / 2; i++) {
        assert(i < COMMITS, "no further commits are purged");
        const actorId = `last.${i % 8}`;
        await purging.store("t").append(actorId, [{ type: "T", data: i }], { expectedVersion: "any" });
      }
      assert(
        acknowledged.missing <= unknown,
        `${acknowledged.missing} versions have no acknowledgement, but only ${unknown} outcomes are unknown`,
      );

      await using backend = await jetstream({ connection });
      const store = backend.store("t");
      for (const [actorId, last] of acknowledged.check().slice(0, 50)) {
        const version = await store.latestVersion(actorId);
        assert(
          version >= last && version <= last + unknown,
          `${actorId} is at version ${version}, and was acknowledged at ${last}`,
        );
        const error = await failureOf(store.append(actorId, [{ type: "T", data: 0 }], { expectedVersion: 0 }));
        assert(isAetherError(error, "version-conflict") && error.actual === version, String(error));
      }
    },
    { version },
  );
}
