import type { Brand } from "../base/brand.ts";
import type { Namespace } from "../base/namespace.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import type { NamespaceObserver } from "../observer/namespace_observer.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { EventReader, Subscription } from "../store/event_store.ts";
import type { ReadAllOptions, SubscribeOptions } from "../store/options.ts";

/**
 * Checks that a value is a store.
 *
 * @throws {InvalidArgumentError} If it has no `readAll` or `subscribe`.
 */
export function checkSource(store: unknown): void {
  const { readAll, subscribe } = (store ?? {}) as Partial<Record<keyof ProjectionSource<RecordedEvent>, unknown>>;
  if (typeof readAll === "function" && typeof subscribe === "function") return;
  refuseArgument("store", "a store with readAll and subscribe", store);
}

/** The members of a store that a projection uses. Every `EventStore` and every `ReadOnlyStore` implements them. */
export interface ProjectionSource<V extends RecordedEvent> {
  /** The namespace whose events the projection reads. */
  readonly namespace: Namespace;
  /** The event map of the store; absent if the store has none. */
  readonly events?: Brand<"events"> | undefined;
  /** Each applied batch is reported to it as an operation. Absent if the backend has no observer. */
  readonly observer?: NamespaceObserver | undefined;
  /** Reads the log. A projection checks its mark with it. */
  readAll(options?: Pick<ReadAllOptions, "after" | "raw" | "signal">): EventReader<V>;
  /** Subscribes to the log. A projection receives its events from this subscription. */
  subscribe(options?: Pick<SubscribeOptions, "after" | "raw">): Subscription<V>;
}
