import type { EventStore } from "@flowmade-one/aether";

/**
 * Appends one commit of one event to each of these actors, up to 100 at the same time. Their order in the log is not
 * fixed.
 */
export async function appendAll(store: EventStore, actorIds: readonly string[], data: unknown = 0): Promise<void> {
  for (let i = 0; i < actorIds.length; i += 100) {
    await Promise.all(
      actorIds.slice(i, i + 100).map((actorId) =>
        store.append(actorId, [{ type: "T", data: data as number }], { expectedVersion: "any" })
      ),
    );
  }
}
