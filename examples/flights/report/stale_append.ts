import { type EventStore, isAetherError } from "@flowmade-one/aether";
import type { Departures } from "../airport_events.ts";
import { formatInteger, paragraph } from "./format.ts";

/** Shows the conflict of a writer that has not read an actor's last event. */
export async function staleAppend(departures: EventStore<Departures>, actorId: string): Promise<string[]> {
  const version = await departures.latestVersion(actorId);
  const refusal = await appendExpecting(version - 1, departures, actorId);
  const after = await departures.latestVersion(actorId);
  return [
    "A stale append is refused",
    ...paragraph(refusal),
    `  Version before ${formatInteger(version)}, after ${formatInteger(after)}`,
  ];
}

/** Appends at an expected version, which the store must refuse, and returns the message of its error. */
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
  throw new Error(`The store did not refuse an append to ${actorId} at version ${expectedVersion}`);
}
