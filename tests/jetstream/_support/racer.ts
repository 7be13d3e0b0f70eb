/**
 * One of the processes of race_of_processes.ts. It appends to one actor at each expected version in turn. At the end it
 * prints the rounds that it won as a JSON array.
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

/** Number of racing processes. */
const RACERS = 2;

const [name = "", replicas = "", rounds = "", ...servers] = Deno.args;
const connection = await connect({ servers, noAsyncTraces: true, pingInterval: 10_000 });
const backend = await jetstream({ connection, replicas: Number(replicas), timeout: 60_000 });
const store = backend.store("race");

const one = [{ type: "Noted", data: name }];
// A barrier: each process continues after all of them have appended here.
await store.append("racers", one, { expectedVersion: "any" });
while (await store.latestVersion("racers") < RACERS);
const won: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  try {
    await store.append("prize", one, { expectedVersion: round });
    won.push(round);
    // Waits for the loser. It gets its result later than the winner, and would otherwise enter every round too late.
    while (await store.latestVersion("losses") <= round);
  } catch (error) {
    if (!isAetherError(error, "version-conflict")) throw error;
    await store.append("losses", one, { expectedVersion: round });
  }
}
console.log(JSON.stringify(won));
await backend.close();
await connection.close();
