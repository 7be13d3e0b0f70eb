import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { denoCommand } from "../../_support/deno.ts";

/** Number of versions that the processes race for. */
export const ROUNDS = 2_000;
/** The names of the racing processes. */
const NAMES = ["one", "two"];

/**
 * Runs two processes that append to one actor at the same expected versions, 0, 1, 2, ... Checks that exactly one of
 * them succeeds at each version.
 */
export async function raceOfProcesses(
  connection: NatsConnection,
  urls: readonly string[],
  replicas: number,
): Promise<void> {
  const won = await Promise.all(NAMES.map(async (name) => {
    const args = [
      "run",
      "-A",
      "--quiet",
      "tests/jetstream/_support/racer.ts",
      name,
      `${replicas}`,
      `${ROUNDS}`,
      ...urls,
    ] as const;
    const { code, stdout, stderr } = await denoCommand([...args], { stdin: "null" }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    return JSON.parse(new TextDecoder().decode(stdout)) as number[];
  }));
  const winners = Array.from({ length: ROUNDS }, (_, round) => NAMES.filter((_, i) => won[i]!.includes(round)).join());
  await using backend = await jetstream({ connection, replicas, timeout: 60_000 });
  const events = await backend.store("race").read("prize").toArray();
  assertEquals(events.map(({ version }) => version), Array.from({ length: ROUNDS }, (_, i) => i + 1));
  assertEquals(
    events.map(({ data }) => data),
    winners,
    "the stored event of each round is the one whose append succeeded",
  );
  assert(won.every((rounds) => rounds.length > 0), "each process has won a round, so that it was a race");
}
