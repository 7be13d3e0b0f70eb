import type { Namespace } from "../base/namespace.ts";
import type { Coordinator } from "../coordination/coordinator.ts";
import type { Environment } from "../coordination/environment.ts";
import type { Log } from "../driver/log.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { NamespaceObserver } from "../observer/namespace_observer.ts";
import type { CheckedConsumeOptions } from "./consumer_options.ts";
import type { ConsumerDefinition } from "./definition.ts";
import type { EventHandler } from "./handler_context.ts";

/** The parts that all lanes of a member need. */
export interface LaneContext {
  readonly namespace: Namespace;
  readonly log: Log;
  readonly coordinator: Coordinator;
  readonly environment: Environment;
  readonly options: CheckedConsumeOptions;
  readonly handler: EventHandler;
  /** Absent if the backend has no observer. */
  readonly observer: NamespaceObserver | undefined;
  /** Returns the stored definition of the consumer, as this process last read it. */
  readonly definition: () => ConsumerDefinition;
  /** Does not throw. */
  readonly report: (error: unknown, event?: RecordedEvent) => void;
}

/** The events that belong to a lane. */
export interface LaneEvents {
  /** Whether the lane must handle an event. */
  readonly isWanted: (event: RecordedEvent) => boolean;
  /** Only actors of this partition are wanted; if absent, all actors. */
  readonly partition?: number | undefined;
}
