import { MAX_DERIVED_LENGTH } from "../observer/derived_metadata.ts";
import type { DerivedMetadata, OperationName, OperationOutcome } from "../observer/observer.ts";
import {
  type Attributes,
  type Context,
  type OpenTelemetryApi,
  type Span,
  SPAN_KEY,
  type SpanContext,
  type Tracer,
} from "./api.ts";
import { EMPTY_CONTEXT } from "./empty_context.ts";
import { errorType } from "../errors/error_type.ts";
import type { CheckedOptions } from "./options.ts";
import {
  operationAttributes,
  SPAN_DEFINITIONS,
  SPAN_KINDS,
  type SpanDefinition,
  type SpannedOperation,
} from "./span_definitions.ts";
import { parseTraceMetadata, toTraceMetadata } from "./trace_context.ts";

/** Maximum number of links of one span: the default limit of the SDK. */
const MAX_LINKS = 128;

const ERROR_STATUS = { code: 2 };

/** Operations that start in a new context, not in the active one. */
const IN_NEW_CONTEXT: ReadonlySet<OperationName> = new Set(["deliver", "serve"]);

/** Operations that add their trace and the {@link Cause} in their context to events or requests. */
const PROPAGATING: ReadonlySet<OperationName> = new Set(["append", "publish", "request"]);

/** The ids of the event or command that caused the current work, and the namespace to which these ids belong. */
interface Cause {
  readonly ids: Pick<DerivedMetadata, "correlationId" | "causationId">;
  readonly backend: object;
  readonly namespace: string;
}

/** A span that has started, and the context in which its work runs. */
export interface StartedSpan {
  readonly span: Span;
  readonly context: Context;
  /** Metadata for events that the operation stores or publishes. */
  readonly metadata: DerivedMetadata | undefined;
}

/** Starts and ends the spans of operations. */
export class Spans {
  readonly #tracer: Tracer;
  readonly #context: OpenTelemetryApi["context"];
  readonly #options: CheckedOptions;
  /** The key of the {@link Cause} of the work in a context. */
  readonly #causeKey: symbol = Symbol("the cause of the work");

  /** @param options Its function `destination` never throws. */
  constructor(tracer: Tracer, context: OpenTelemetryApi["context"], options: CheckedOptions) {
    this.#tracer = tracer;
    this.#context = context;
    this.#options = options;
  }

  /** Starts the span of an operation. */
  start(operation: SpannedOperation): StartedSpan {
    const { name, namespace, events = [] } = operation;
    const definition = SPAN_DEFINITIONS[name];
    const links = events.slice(0, MAX_LINKS).flatMap(({ metadata }) => parseTraceMetadata(metadata) ?? [])
      .map((context) => ({ context }));
    const parent = IN_NEW_CONTEXT.has(name) ? this.#initialContext(operation) : this.#context.active();
    const destination = this.#options.destination(namespace);
    const span = this.#tracer.startSpan(`${definition.verb} ${destination}`, {
      kind: SPAN_KINDS[definition.kind],
      attributes: this.#attributes(operation, definition, destination),
      links,
    }, parent);
    return {
      span,
      context: parent.setValue(SPAN_KEY, span),
      metadata: this.#derivedMetadata(operation, span, parent),
    };
  }

  /** Ends the span of an operation. */
  end({ span }: StartedSpan, { name, events: handled }: SpannedOperation, outcome: OperationOutcome): void {
    const { failed, error, events, version, duplicate, commitId, event, snapshot } = outcome;
    const isSend = SPAN_DEFINITIONS[name].messagingType === "send";
    const isBatch = isSend && events !== undefined && events > 1;
    try {
      span.setAttributes(defined({
        "error.type": failed ? errorType(error) : undefined,
        "messaging.batch.message_count": isBatch ? events : undefined,
        "messaging.message.id": event?.id,
        "messaging.message.conversation_id": event?.metadata.correlationId,
        "aether.events": isSend || handled !== undefined ? undefined : events,
        "aether.version": version,
        "aether.duplicate": duplicate,
        "aether.commit.id": commitId,
        "aether.snapshot": snapshot,
      }));
      const creator = event === undefined ? undefined : parseTraceMetadata(event.metadata);
      // The caller had set another trace on the event: the span links to that trace.
      if (creator !== undefined && creator.spanId !== span.spanContext().spanId) span.addLink?.({ context: creator });
      if (failed) span.setStatus(ERROR_STATUS);
    } finally {
      span.end();
    }
  }

  /**
   * The initial context of a delivery or of another node's request. The active context is not used, because
   * the bus delivers events of several namespaces in turn.
   */
  #initialContext(operation: SpannedOperation): Context {
    const { events = [], caller } = operation;
    if (caller !== undefined) return this.#contextWithCause(operation, caller, parseTraceMetadata(caller));
    const [event] = events;
    if (event === undefined || events.length > 1) return EMPTY_CONTEXT;
    const { id, metadata } = event;
    const isContinued = this.#options.deliveryTrace === "continued";
    const ids = { correlationId: metadata.correlationId ?? id, causationId: id };
    return this.#contextWithCause(operation, ids, isContinued ? parseTraceMetadata(metadata) : undefined);
  }

  /** A context with a cause, and with the span of another process if one is given. */
  #contextWithCause(
    { backend, namespace }: SpannedOperation,
    { correlationId, causationId }: Cause["ids"],
    parent: SpanContext | undefined,
  ): Context {
    const ids = { correlationId: validId(correlationId), causationId: validId(causationId) };
    const cause: Cause = { ids, backend, namespace };
    const context = EMPTY_CONTEXT.setValue(this.#causeKey, cause);
    return parent === undefined ? context : context.setValue(SPAN_KEY, { spanContext: () => parent });
  }

  /**
   * The trace of a span, and the ids of the cause in a context. Event ids are data of their namespace: an operation of
   * another namespace or backend receives no cause.
   */
  #derivedMetadata(
    { name, backend, namespace }: SpannedOperation,
    span: Span,
    context: Context,
  ): DerivedMetadata | undefined {
    if (name === "deliver") return toTraceMetadata(span.spanContext());
    if (!PROPAGATING.has(name)) return undefined;
    const cause = context.getValue(this.#causeKey) as Cause | undefined;
    const isSameNamespace = cause !== undefined && cause.backend === backend && cause.namespace === namespace;
    return { ...toTraceMetadata(span.spanContext()), ...(isSameNamespace && cause.ids) };
  }

  #attributes(operation: SpannedOperation, definition: SpanDefinition, destination: string): Attributes {
    const { namespace, actorId, attempt, events = [], consumer } = operation;
    const { spanNamespaces, spanActors } = this.#options;
    const [single] = events.length === 1 ? events : [];
    return defined({
      ...operationAttributes(definition),
      "messaging.destination.name": definition.convention === "messaging" ? destination : undefined,
      "messaging.consumer.group.name": consumer,
      "messaging.batch.message_count": events.length > 1 ? events.length : undefined,
      "messaging.message.id": single?.id,
      "messaging.message.conversation_id": single?.metadata.correlationId,
      "db.collection.name": definition.convention === "db" ? destination : undefined,
      "aether.namespace": spanNamespaces ? namespace : undefined,
      "aether.actor.id": spanActors && typeof actorId === "string" ? actorId : undefined,
      "aether.attempt": attempt,
    });
  }
}

/** The id, if it can be derived metadata. */
function validId(id: string | undefined): string | undefined {
  return id === undefined || id === "" || id.length > MAX_DERIVED_LENGTH ? undefined : id;
}

/** The attributes that have a value. */
function defined(attributes: Readonly<Record<string, string | number | boolean | undefined>>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as Attributes;
}
