import { checkChoice } from "../checks/check_choice.ts";
import { checkFunction } from "../checks/check_function.ts";
import { checkOptions } from "../checks/check_options.ts";
import { checkWholeNumber } from "../checks/check_whole_number.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";

/** Options for the names and attributes of traces and metrics. */
export interface OpenTelemetryOptions {
  /**
   * Returns the name of the destination on spans for a namespace: one of few values, such as `"tenants.*"` for all
   * tenants. By default, and if the function throws or returns no string, the name is `aether`. Metrics have no
   * destination.
   */
  readonly destination?: ((namespace: string) => string) | undefined;
  /** Whether spans name the namespace; by default true. */
  readonly spanNamespaces?: boolean | undefined;
  /** Whether spans name the actor; by default true. */
  readonly spanActors?: boolean | undefined;
  /**
   * The trace of a delivery. `"new"`: a separate trace; `"continued"`: the trace of the append, whose span is the
   * parent. In both cases the span has a link to the append. By default `"new"`, as the conventions recommend.
   */
  readonly deliveryTrace?: "new" | "continued" | undefined;
  /**
   * Labels namespaces on metrics, as the attribute `aether.namespace.label`. Without it, no metric names a namespace.
   * Labels can expose names of tenants to every reader of the metrics. If the function throws or returns no string, the
   * label is `_OTHER`.
   */
  readonly namespaceLabel?: ((namespace: string) => string) | undefined;
  /** The maximum number of labels, 1 to 10,000; by default 100. Further namespaces have the label `_OTHER`. */
  readonly maxNamespaceLabels?: number | undefined;
}

/** The options of `openTelemetry()`, checked and with defaults. */
export interface CheckedOptions {
  readonly destination: (namespace: string) => string;
  readonly spanNamespaces: boolean;
  readonly spanActors: boolean;
  readonly deliveryTrace: "new" | "continued";
  readonly namespaceLabel: ((namespace: string) => string) | undefined;
  readonly maxNamespaceLabels: number;
}

/** The destination on spans if the option `destination` is absent or fails. */
export const DEFAULT_DESTINATION = "aether";

const OPTIONS: ReadonlySet<string> = new Set([
  "destination",
  "spanNamespaces",
  "spanActors",
  "deliveryTrace",
  "namespaceLabel",
  "maxNamespaceLabels",
]);

/** Default maximum number of labels. Metric backends accept this number of time series per metric. */
const DEFAULT_NAMESPACE_LABELS = 100;
const MAX_NAMESPACE_LABELS = 10_000;

/**
 * Checks the options of `openTelemetry()`. Reads each of them once.
 *
 * @throws {InvalidArgumentError} If an option is not valid.
 */
export function checkOpenTelemetryOptions(options: OpenTelemetryOptions): CheckedOptions {
  checkOptions(options, OPTIONS, "openTelemetry");
  const { destination, spanNamespaces, spanActors, deliveryTrace, namespaceLabel, maxNamespaceLabels } = options;
  checkFunction(destination, "destination");
  checkBoolean(spanNamespaces, "spanNamespaces");
  checkBoolean(spanActors, "spanActors");
  checkChoice(deliveryTrace, "deliveryTrace", ["new", "continued"]);
  checkFunction(namespaceLabel, "namespaceLabel");
  checkWholeNumber(maxNamespaceLabels, "maxNamespaceLabels", 1, MAX_NAMESPACE_LABELS, "labels");
  if (maxNamespaceLabels !== undefined && namespaceLabel === undefined) {
    throw new InvalidArgumentError("maxNamespaceLabels needs namespaceLabel: without it, no metric has a label", {
      argument: "maxNamespaceLabels",
    });
  }
  return {
    destination: destination ?? (() => DEFAULT_DESTINATION),
    spanNamespaces: spanNamespaces ?? true,
    spanActors: spanActors ?? true,
    deliveryTrace: deliveryTrace ?? "new",
    namespaceLabel,
    maxNamespaceLabels: maxNamespaceLabels ?? DEFAULT_NAMESPACE_LABELS,
  };
}

function checkBoolean(value: unknown, name: string): void {
  if (value !== undefined && typeof value !== "boolean") refuseArgument(name, "true or false", value);
}
