import type { RecordedEvent } from "../events/recorded_event.ts";
import type { NamespaceObserver } from "../observer/namespace_observer.ts";
import type { ReadModel } from "./projection.ts";

/** Applies a batch of events to a model, as one operation of the observer. */
export function applyObserved<V extends RecordedEvent>(
  observer: NamespaceObserver,
  model: ReadModel<V>,
  ...[events, mark, before]: Parameters<ReadModel<V>["apply"]>
): void | Promise<void> {
  return observer.deliverAll(events, () => model.apply(events, mark, before), { fromSubscription: true });
}
