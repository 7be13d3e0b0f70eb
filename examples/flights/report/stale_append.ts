import { type EventStore, isAetherError } from "@flowmade-one/aether";
import type { Departures } from "../airport_events.ts";
import { count, paragraph } from "./format.ts";

/** Shows the error of a writer that has not seen an actor's last event. */
export async function staleAppend(departures: EventStore<Departures>, actorId: string): Promise<string[]> {
  const version = await departures.latestVersion(actorId);
  const refusal = await appendExpecting(version - 1, departures, actorId);
  const after = await departures.latestVersion(actorId);
  return [
    "A stale append is refused",
    ...paragraph(refusal),
    `  Version before ${count(version)}, after ${count(after)}`,
  ];
}

/** The reason for which the append was refused. */
async function appendExpecting(
  expectedVersion: number,
  departures: EventStore<Departures>,
  actorId: string,
): Promise<string> {
  const data = { to: "ABQ", miles: 1, at: "2001-04-01T00:00" };
  try {
    await departures.append(actorId, [{ type: "Departed", data }], { expectedVersion });
  } catch (error) {
    if (isAetherError(error, "version-conflict")) return error.message;
    throw error;
  }
  throw new Error(`An append to ${actorId} that expected version ${expectedVersion} was not refused`);
}
