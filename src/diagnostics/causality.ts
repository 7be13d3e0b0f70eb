import type { Backend } from "../backend/backend.ts";
import type { Position } from "../base/position.ts";
import { checkOptions } from "../checks/check_options.ts";
import { checkSignalOption } from "../checks/check_signal_option.ts";
import { checkWholeNumber } from "../checks/check_whole_number.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { Grant } from "../grants/grant.ts";
import type { ReadOnlyStore } from "../store/event_store.ts";
import { type CausalityNode, toCausalityTree } from "./causality_tree.ts";

/** A store of one namespace; or all namespaces that a grant covers. */
export type CausalitySource = Pick<ReadOnlyStore, "readAll"> | {
  /** The backend that has minted the grant. */
  readonly backend: Pick<Backend, "namespaces" | "store">;
  /** The right to observe the namespaces. Its use is reported as `"namespaces"`. */
  readonly grant: Grant;
};

/** The events to look for: those of a correlation id, or those that share the correlation id of an event. */
export type CausalitySubject = { readonly correlationId: string } | { readonly eventId: string };

/** Options of {@link causalityOf}. */
export interface CausalityOptions {
  /** The most events of the result, 1 to 10,000; by default 1,000. */
  readonly limit?: number | undefined;
  /** Only events after this position. By default from the oldest event that has not expired. Not with a grant. */
  readonly after?: Position | undefined;
  /** Aborts reading. */
  readonly signal?: AbortSignal | undefined;
}

/** The events that share a correlation id. */
export interface Causality {
  /** The correlation id. */
  readonly correlationId: string;
  /** The events that no other one of the result has caused, in the order of the log; with a grant, by their timestamps. */
  readonly roots: readonly CausalityNode[];
  /** How many events the tree has. */
  readonly count: number;
  /** Whether the whole rest of the log was read. If not, the limit was reached, and there may be more. */
  readonly isComplete: boolean;
  /** The position of the last event of the result: `after` of the next call. Absent without events, and with a grant. */
  readonly last?: Position | undefined;
}

const OPTIONS: ReadonlySet<string> = new Set(["limit", "after", "signal"]);
const DEFAULT_LIMIT = 1_000;

/** Events of one result, which are in memory at the same time. */
const MAX_LIMIT = 10_000;

/**
 * Reads the events that share a correlation id, and arranges them by causation.
 *
 * An event belongs to a correlation id if its `correlationId` is that id, or if its own id is: the first event of a process
 * often has no correlation id. The cost is one read of the log, and two for an event id: no index exists. Use it in tools,
 * not in request handlers.
 *
 * @param source A store; or a backend and a grant, for several namespaces.
 * @param subject See {@link CausalitySubject}.
 * @param options See {@link CausalityOptions}.
 * @returns The tree; `undefined` if no event has the event id.
 * @throws {InvalidArgumentError} If an argument or option is not valid.
 * @throws {InvalidGrantError} If the backend has not minted the grant.
 * @throws {UnknownPositionError} If `after` is a position of another log.
 * @throws {UnavailableError} If the storage does not answer.
 * @throws {AbortError} If the signal was aborted.
 * @throws {ClosedError} If the store or backend was closed.
 *
 * @example
 * ```ts
 * import { metadataFrom } from "@flowmade-one/aether";
 * import { causalityOf } from "@flowmade-one/aether/observability";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * await using backend = memory();
 * const store = backend.store("prod.orders");
 * const { events } = await store.append("order.1", [{ type: "Placed", data: {} }], { expectedVersion: 0 });
 * const [placed] = events!;
 * await store.append("parcel.1", [{ type: "Packed", data: {}, metadata: metadataFrom(placed!) }], { expectedVersion: 0 });
 *
 * const causality = await causalityOf(store, { eventId: placed!.id });
 * const [root] = causality!.roots;
 * assertEquals([root?.event.type, root?.effects.map(({ event }) => event.type)], ["Placed", ["Packed"]]);
 * ```
 */
export async function causalityOf(
  source: CausalitySource,
  subject: CausalitySubject,
  options: CausalityOptions = {},
): Promise<Causality | undefined> {
  checkOptions(options, OPTIONS, "causalityOf");
  const { limit = DEFAULT_LIMIT, after, signal } = options;
  checkWholeNumber(limit, "limit", 1, MAX_LIMIT, "events");
  checkSignalOption(signal);
  const wanted = toSubject(subject);
  const log = toLog(source, after, signal);
  const correlationId = "correlationId" in wanted ? wanted.correlationId : await findCorrelationId(log, wanted.eventId);
  if (correlationId === undefined) return undefined;
  const events: RecordedEvent[] = [];
  let isComplete = true;
  for await (const event of log.read()) {
    if (event.metadata.correlationId !== correlationId && event.id !== correlationId) continue;
    isComplete = events.length < limit;
    if (!isComplete) break;
    events.push(event);
  }
  const last = log.isOne ? events.at(-1)?.position : undefined;
  const roots = toCausalityTree(log.isOne ? events : events.toSorted(byTime));
  return { correlationId, roots, count: events.length, isComplete, ...(last !== undefined && { last }) };
}

function toSubject(subject: CausalitySubject): CausalitySubject {
  const { correlationId, eventId } = (subject ?? {}) as { correlationId?: unknown; eventId?: unknown };
  if (typeof correlationId === "string" && eventId === undefined) return { correlationId };
  if (typeof eventId === "string" && correlationId === undefined) return { eventId };
  return refuseArgument("subject", "{ correlationId } or { eventId }, a string", subject);
}

/** The log, or the logs, that are searched. */
interface SearchedLog {
  /** Whether it is the log of one namespace. */
  readonly isOne: boolean;
  read(): AsyncIterable<RecordedEvent>;
}

function toLog(source: CausalitySource, after: Position | undefined, signal: AbortSignal | undefined): SearchedLog {
  const start = { after: "oldest-available", signal } as const;
  if ("readAll" in source) {
    return { isOne: true, read: () => source.readAll(after === undefined ? start : { after, signal }) };
  }
  const { backend, grant } = source;
  if (after !== undefined) {
    throw new InvalidArgumentError("Cannot search several namespaces after a position: it belongs to one log", {
      argument: "after",
    });
  }
  return {
    isOne: false,
    async *read() {
      for await (const namespace of backend.namespaces(grant)) yield* backend.store(namespace).readAll(start);
    },
  };
}

/** The correlation id of the first event with an id: its own id if it has none. */
async function findCorrelationId(log: SearchedLog, eventId: string): Promise<string | undefined> {
  for await (const { id, metadata } of log.read()) {
    if (id === eventId) return metadata.correlationId ?? id;
  }
  return undefined;
}

function byTime(one: RecordedEvent, other: RecordedEvent): number {
  return one.timestamp - other.timestamp;
}
