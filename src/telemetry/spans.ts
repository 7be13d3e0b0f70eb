import type { DerivedMetadata, HandledEvent, ObservedOperation, OperationOutcome } from "../observer/observer.ts";
import { type Attributes, type Context, type OpenTelemetryApi, type Span, SPAN_KEY, type Tracer } from "./api.ts";
import { EMPTY_CONTEXT } from "./empty_context.ts";
import { errorType } from "./error_type.ts";
import type { CheckedOptions } from "./options.ts";
import { operationAttributes, SPAN_DEFINITIONS, SPAN_KINDS, type SpanDefinition } from "./span_definitions.ts";
import { parseTraceMetadata, toTraceMetadata } from "./trace_context.ts";

/** Links of one span; the SDK's own limit. */
const MAX_LINKS = 128;

const ERROR_STATUS = { code: 2 };

/** The key of the event that a handler processes, in the context of the handler. */
const HANDLED_KEY = Symbol("the event that is handled");

/** A span that has started, and the context of the work below it. */
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

  constructor(tracer: Tracer, context: OpenTelemetryApi["context"], options: CheckedOptions) {
    this.#tracer = tracer;
    this.#context = context;
    this.#options = options;
  }

  /** Starts the span of an operation. */
  start(operation: ObservedOperation): StartedSpan {
    const { name, namespace, events = [] } = operation;
    const definition = SPAN_DEFINITIONS[name];
    const links = events.slice(0, MAX_LINKS).flatMap(({ metadata }) => parseTraceMetadata(metadata) ?? [])
      .map((context) => ({ context }));
    const parent = name === "deliver" ? this.#deliveryParent(events) : this.#context.active();
    const destination = this.#options.destination(namespace);
    const span = this.#tracer.startSpan(`${definition.verb} ${destination}`, {
      kind: SPAN_KINDS[definition.kind],
      attributes: this.#attributes(operation, definition, destination),
      links,
    }, parent);
    return {
      span,
      context: parent.setValue(SPAN_KEY, span),
      metadata: definition.messagingType === "send" ? derivedMetadata(span, parent) : undefined,
    };
  }

  /** Ends the span of an operation. */
  end({ span }: StartedSpan, { name, events: handled }: ObservedOperation, outcome: OperationOutcome): void {
    const { failed, error, events, version, duplicate, commitId, event, snapshot } = outcome;
    const isSend = SPAN_DEFINITIONS[name].messagingType === "send";
    const isBatch = isSend && events !== undefined && events > 1;
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
    if (failed) span.setStatus(ERROR_STATUS);
    span.end();
  }

  /**
   * The context that a delivery starts from, with the event that is handled. It is not the active context: the bus delivers
   * events of several namespaces in turn.
   */
  #deliveryParent(events: readonly HandledEvent[]): Context {
    const [event] = events;
    if (event === undefined || events.length > 1) return EMPTY_CONTEXT;
    const context = EMPTY_CONTEXT.setValue(HANDLED_KEY, event);
    const creator = this.#options.deliveryTrace === "continued" ? parseTraceMetadata(event.metadata) : undefined;
    return creator === undefined ? context : context.setValue(SPAN_KEY, { spanContext: () => creator });
  }

  #attributes(operation: ObservedOperation, definition: SpanDefinition, destination: string): Attributes {
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

/** The trace of a span, and the cause and the correlation of the event that is being handled. */
function derivedMetadata(span: Span, context: Context): DerivedMetadata {
  const handled = context.getValue(HANDLED_KEY) as HandledEvent | undefined;
  const trace = toTraceMetadata(span.spanContext());
  if (handled === undefined) return trace;
  return { ...trace, correlationId: handled.metadata.correlationId ?? handled.id, causationId: handled.id };
}

/** The attributes that have a value. */
function defined(attributes: Readonly<Record<string, string | number | boolean | undefined>>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as Attributes;
}
