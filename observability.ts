/**
 * Observability of backends: the observer and its operations, the health of a backend, and the causality of events.
 *
 * @module
 */
export type { BackendProbe, ProbeOptions } from "./src/backend/backend.ts";
export type { ConsumerFacts, ConsumerHealth, HealthReason, HealthStatus } from "./src/diagnostics/assess_health.ts";
export {
  type Causality,
  causalityOf,
  type CausalityOptions,
  type CausalitySource,
  type CausalitySubject,
  type GrantedNamespaces,
} from "./src/diagnostics/causality.ts";
export type { CausalityNode } from "./src/diagnostics/causality_tree.ts";
export type { CausalityCursor } from "./src/diagnostics/event_page.ts";
export { handleEvent } from "./src/diagnostics/handle_event.ts";
export { type CheckedConsumer, health, type HealthOptions, type HealthReport } from "./src/diagnostics/health.ts";
export type { NamespaceObserver } from "./src/observer/namespace_observer.ts";
export type {
  DerivedMetadata,
  HandledEvent,
  Measurement,
  MeasurementName,
  Observation,
  ObservedOperation,
  Observer,
  OperationFacts,
  OperationName,
  OperationOutcome,
  StartedOperation,
} from "./src/observer/observer.ts";
