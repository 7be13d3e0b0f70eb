/**
 * The observer of a backend: which operations it receives, and what it returns for them.
 *
 * @module
 */
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
