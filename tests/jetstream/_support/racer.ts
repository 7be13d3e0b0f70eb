/**
 * One of several processes that race on one actor, run by race_of_processes.ts: expects each version in turn, and says at
 * last which of them it won.
 *
 * ```sh
 * racer.ts <name> <replicas> <rounds> <url...>
 * ```
 *
 * @module
 */
import { isAetherError } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { connect } from "@nats-io/transport-node";

/** How many there are. */
const RACERS = 2;

const [name = "", replicas = "", rounds = "", ...servers] = Deno.args;
const connection = await connect({ servers, noAsyncTraces: true, pingInterval: 10_000 });
const backend = await jetstream({ connection, replicas: Number(replicas), timeout: 60_000 });
const store = backend.store("race");

const one = [{ type: "Noted", data: name }];
// Both begin when both are there.
await store.append("racers", one, { expectedVersion: "any" });
while (await store.latestVersion("racers") < RACERS);
const won: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  try {
    await store.append("prize", one, { expectedVersion: round });
    won.push(round);
    // A loser learns its result later: without a wait it would be late for the next round too.
    while (await store.latestVersion("losses") <= round);
  } catch (error) {
    if (!isAetherError(error, "version-conflict")) throw error;
    await store.append("losses", one, { expectedVersion: round });
  }
}
console.log(JSON.stringify(won));
await backend.close();
await connection.close();
