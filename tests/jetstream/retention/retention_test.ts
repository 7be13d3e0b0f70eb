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

/** Where each version of each actor was stored, as appends were answered. */
class Acknowledged {
  readonly #actors: Map<string, Map<number, Position>> = new Map();
  count = 0;

  add(actorId: string, { version, position }: AppendResult): void {
    const positions = this.#actors.get(actorId) ?? new Map();
    this.#actors.set(actorId, positions);
    assertEquals(positions.get(version), undefined, `version ${version} of ${actorId} was given twice`);
    positions.set(version, position);
    this.count++;
  }

  /** Checks that versions rise with positions, and returns the last of each actor. */
  check(): [actorId: string, version: number][] {
    return Array.from(this.#actors, ([actorId, positions]) => {
      const versions = [...positions.keys()].sort((a, b) => a - b);
      const inOrder = versions.map((version) => positions.get(version)!);
      assertEquals(inOrder, inOrder.toSorted(), `the positions of ${actorId}`);
      return [actorId, versions.at(-1)!];
    });
  }

  /** Versions without an acknowledgement: of appends whose outcome is unknown. */
  get missing(): number {
    return this.check().reduce((sum, [, version]) => sum + version, 0) - this.count;
  }
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "two writers and constant purges use no version twice when the server is killed",
    async ({ server, connect }) => {
      const COMMITS = 3_000;
      const ACTORS = 400;
      const retention = { maxCommits: 10 };
      const acknowledged = new Acknowledged();
      let unknown = 0;
      const write = async (offset: number) => {
        // A server that starts again takes its time on a busy machine.
        const backend = await jetstream({ connection: await connect(RECONNECT), retention, timeout: 60_000 });
        const store = backend.store("t");
        let next = 0;
        const work = async () => {
          while (next < COMMITS) {
            // Each actor comes back long after its commits have left.
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
      let isOver = false;
      const writing = Promise.all([write(0), write(3)]).finally(() => isOver = true);
      for (const part of [0.5, 0.8]) {
        while (!isOver && acknowledged.count < part * COMMITS * 2) {
          await Promise.race([writing, new Promise((resolve) => setTimeout(resolve, 20))]);
        }
        await server.kill9();
        await server.restart();
      }
      await writing;
      const connection = await connect();
      await using trimming = await jetstream({ connection, retention });
      // The writer of a commit continues the purge.
      for (let i = 0; (await stateOf(connection, "t_events")).first_seq <= COMMITS / 2; i++) {
        assert(i < COMMITS, "commits leave");
        const actorId = `last.${i % 8}`;
        await trimming.store("t").append(actorId, [{ type: "T", data: i }], { expectedVersion: "any" });
      }
      assert(acknowledged.missing <= unknown, `${acknowledged.missing} versions are missing, ${unknown} are unknown`);

      await using backend = await jetstream({ connection });
      const store = backend.store("t");
      for (const [actorId, last] of acknowledged.check().slice(0, 50)) {
        const version = await store.latestVersion(actorId);
        assert(version >= last && version <= last + unknown, `${actorId} is at ${version}, and was at ${last}`);
        const error = await failureOf(store.append(actorId, [{ type: "T", data: 0 }], { expectedVersion: 0 }));
        assert(isAetherError(error, "version-conflict") && error.actual === version, String(error));
      }
    },
    { version },
  );
}
