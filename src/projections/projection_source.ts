import type { Brand } from "../base/brand.ts";
import type { Namespace } from "../base/namespace.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { EventReader, Subscription } from "../store/event_store.ts";
import type { ReadAllOptions, SubscribeOptions } from "../store/options.ts";

/** The part of a store that a projection reads: every `EventStore` and `ReadOnlyStore` has it. */
export interface ProjectionSource<V extends RecordedEvent> {
  /** The namespace that is projected. */
  readonly namespace: Namespace;
  /** The event map of the store. */
  readonly events?: Brand<"events"> | undefined;
  /** Reads the log, to check a mark. */
  readAll(options?: Pick<ReadAllOptions, "after" | "raw" | "signal">): EventReader<V>;
  /** Follows the log. */
  subscribe(options?: Pick<SubscribeOptions, "after" | "raw">): Subscription<V>;
}
