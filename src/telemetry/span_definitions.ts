import type { Namespace } from "../base/namespace.ts";
import type { ObservedOperation, OperationName } from "../observer/observer.ts";

/** The version of the semantic conventions for names, kinds and attributes. */
export const CONVENTIONS_VERSION = "1.44.0";

/** Span kinds of the OpenTelemetry API. */
export const SPAN_KINDS = { internal: 0, server: 1, client: 2, producer: 3, consumer: 4 } as const;

/** The convention for the attributes of an operation: the messaging or database convention, or one of this project. */
export type Convention = "messaging" | "db" | "aether";

/** The definition of the spans of one operation. */
export interface SpanDefinition {
  /** The first word of the span's name, and the name of the operation in attributes. */
  readonly verb: string;
  readonly kind: keyof typeof SPAN_KINDS;
  readonly convention: Convention;
  /** `messaging.operation.type`. */
  readonly messagingType?: "send" | "process";
}

/**
 * Operations without a span. They can last as long as their process, and a span is exported only when it ends. All work
 * in such an operation would belong to one endless trace.
 */
type UnspannedName = "subscribe" | "lead" | "shard";

/** An operation that has a span. */
export interface SpannedOperation extends ObservedOperation {
  readonly name: Exclude<OperationName, UnspannedName>;
  readonly namespace: Namespace;
}

/** Whether an operation has a span. */
export function isSpanned(operation: ObservedOperation): operation is SpannedOperation {
  return Object.hasOwn(SPAN_DEFINITIONS, operation.name) && operation.namespace !== undefined;
}

/** The span definition of each operation. */
export const SPAN_DEFINITIONS: Readonly<Record<SpannedOperation["name"], SpanDefinition>> = {
  append: { verb: "append", kind: "producer", convention: "messaging", messagingType: "send" },
  publish: { verb: "publish", kind: "producer", convention: "messaging", messagingType: "send" },
  deliver: { verb: "process", kind: "consumer", convention: "messaging", messagingType: "process" },
  read: { verb: "read", kind: "client", convention: "db" },
  version: { verb: "version", kind: "client", convention: "db" },
  end: { verb: "end", kind: "client", convention: "db" },
  getSnapshot: { verb: "getSnapshot", kind: "client", convention: "db" },
  putSnapshot: { verb: "putSnapshot", kind: "client", convention: "db" },
  load: { verb: "load", kind: "internal", convention: "aether" },
  execute: { verb: "execute", kind: "internal", convention: "aether" },
  attempt: { verb: "attempt", kind: "internal", convention: "aether" },
  request: { verb: "request", kind: "client", convention: "aether" },
  serve: { verb: "serve", kind: "server", convention: "aether" },
};

/** The attributes that name an operation on spans and metrics. They have few different values. */
export function operationAttributes({ verb, convention, messagingType }: SpanDefinition): Record<string, string> {
  if (convention === "db") return { "db.system.name": "aether", "db.operation.name": verb };
  if (convention === "aether") return { "aether.operation": verb };
  return {
    "messaging.system": "aether",
    "messaging.operation.name": verb,
    "messaging.operation.type": messagingType!,
  };
}
