import type { EventStore, Position, RecordedEvent } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { project, type Projection, type ProjectOptions, type ReadModel } from "@flowmade-one/aether/projections";

/** Appends a number of commits of one event. */
export async function append(store: EventStore, actorId: string, count: number, type = "Made"): Promise<Position> {
  let position: Position | undefined;
  for (let i = 0; i < count; i++) {
    ({ position } = await store.append(actorId, [{ type, data: {} }], { expectedVersion: "any" }));
  }
  return position!;
}

export function rowsOf(events: readonly RecordedEvent[]): string[] {
  return events.map(({ actorId, version }) => `${actorId}@${version}`);
}

/** A store, and the errors that its projections report. */
export function scene() {
  const backend = memory();
  const store = backend.store("shop");
  const errors: unknown[] = [];
  const start = (model: ReadModel, options: ProjectOptions = {}): Projection =>
    project(store, model, { onError: (error) => errors.push(error), ...options });
  return { backend, store, errors, start, messages: () => errors.map((error) => (error as Error).message) };
}
