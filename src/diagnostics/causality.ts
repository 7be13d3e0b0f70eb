import type { Backend } from "../backend/backend.ts";
import type { Position } from "../base/position.ts";
import { checkOptions } from "../checks/check_options.ts";
import { checkSignalOption } from "../checks/check_signal_option.ts";
import { checkWholeNumber } from "../checks/check_whole_number.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { Grant } from "../grants/grant.ts";
import type { ReadOnlyStore } from "../store/event_store.ts";
import { type CausalityNode, toCausalityTree } from "./causality_tree.ts";
import { type CausalityCursor, checkCursor, EventPage, type SelectedEvents } from "./event_page.ts";

/** All namespaces that a grant covers. */
export interface GrantedNamespaces {
  /** The backend that has minted the grant. */
  readonly backend: Pick<Backend, "namespaces" | "store">;
  /**
   * The right to list the namespaces. The option `onGrantUsed` of the backend receives its use as `"namespaces"`.
   */
  readonly grant: Grant;
}

/** The searched events: a store of one namespace, or all namespaces that a grant covers. */
export type CausalitySource = Pick<ReadOnlyStore, "readAll"> | GrantedNamespaces;

/** The wanted events: all events with a correlation id, or all events that share the correlation id of one event. */
export type CausalitySubject = { readonly correlationId: string } | { readonly eventId: string };

/** Options of {@link causalityOf}. */
export interface CausalityOptions {
  /** The maximum number of events in the result, 1 to 10,000; by default 1,000. */
  readonly limit?: number | undefined;
  /**
   * The place after which the search begins: the property `last` of an earlier result of the same source. For a store,
   * it is the position of an event. By default, the search begins with the oldest event that has not expired.
   */
  readonly after?: Position | CausalityCursor | undefined;
  /** Aborts the search. */
  readonly signal?: AbortSignal | undefined;
}

/** The events that share a correlation id. */
export interface Causality {
  /** The correlation id. */
  readonly correlationId: string;
  /**
   * The events that no other event of the result caused. They are in the order of the log; with a grant, in the
   * order of timestamps, then of namespaces and positions.
   */
  readonly roots: readonly CausalityNode[];
  /** The number of events in the tree. */
  readonly count: number;
  /**
   * Whether the result contains all later events of the correlation id. If `false`, a call with `after: last` returns
   * more.
   */
  readonly isComplete: boolean;
  /**
   * The place of the last event of the result, for the option `after` of the next call. Absent if the result has no
   * events.
   */
  readonly last?: Position | CausalityCursor | undefined;
}

const OPTIONS: ReadonlySet<string> = new Set(["limit", "after", "signal"]);
const DEFAULT_LIMIT = 1_000;

/** Maximum number of events in one result. All of them are in memory at the same time. */
const MAX_LIMIT = 10_000;

/**
 * Reads the events that share a correlation id, and arranges them by causation.
 *
 * An event belongs to a correlation id if its `correlationId` equals that id. An event whose own id equals that id
 * belongs to it too, because the first event of a process often has no correlation id.
 *
 * A result is one page, with at most `limit` events. Each page has its own tree: an event whose cause is on an earlier
 * page is a root, with the cause `"missing"`.
 *
 * No index exists: use this function in tools, not in request handlers. For a store, a page costs a read of the log
 * from `after` to the end of the page. An event id costs one more read of the log, up to that event. With a grant, each
 * page costs a read of the logs of all namespaces. The tree is built in linear time. At most 20,000 events are in
 * memory.
 *
 * The tree is as deep as its longest chain of causes: up to `limit` levels. `JSON.stringify`, `structuredClone` and
 * other recursive functions can overflow the stack on more than about 1,000 levels. Visit a deeper tree with a loop and
 * a list of the nodes that were not visited yet.
 *
 * @param source A store, or a backend and a grant for several namespaces.
 * @param subject See {@link CausalitySubject}.
 * @param options See {@link CausalityOptions}.
 * @returns The events as a tree; `undefined` if no event has the given event id.
 * @throws {InvalidArgumentError} If an argument or option is not valid.
 * @throws {InvalidGrantError} If the backend has not minted the grant.
 * @throws {UnknownPositionError} If `after` is a position of another log.
 * @throws {EventsExpiredError} If events after `after` have expired, or events expire before they are read.
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
  const log = toLog(source, signal);
  const page = log.page(limit, after);
  const correlationId = "correlationId" in wanted ? wanted.correlationId : await findCorrelationId(log, wanted.eventId);
  if (correlationId === undefined) return undefined;
  const { events, isComplete } = await page((event) => {
    return event.metadata.correlationId === correlationId || event.id === correlationId;
  });
  const last = events.at(-1);
  const roots = toCausalityTree(events);
  return { correlationId, roots, count: events.length, isComplete, ...(last && { last: log.placeOf(last) }) };
}

function toSubject(subject: CausalitySubject): CausalitySubject {
  const { correlationId, eventId } = (subject ?? {}) as { correlationId?: unknown; eventId?: unknown };
  if (typeof correlationId === "string" && eventId === undefined) return { correlationId };
  if (typeof eventId === "string" && correlationId === undefined) return { eventId };
  return refuseArgument("subject", "{ correlationId } or { eventId }, a string", subject);
}

/** The searched log, or the searched logs of several namespaces. */
interface SearchedLog {
  /** Reads all events that have not expired. */
  all(): AsyncIterable<RecordedEvent>;
  /**
   * Checks `after`, the start of a page.
   *
   * @returns A function that reads the first selected events after that start.
   */
  page(limit: number, after: unknown): (isSelected: (event: RecordedEvent) => boolean) => Promise<SelectedEvents>;
  /** The place of an event, for the option `after` of the next page. */
  placeOf(event: RecordedEvent): Position | CausalityCursor;
}

function toLog(source: CausalitySource, signal: AbortSignal | undefined): SearchedLog {
  const { readAll, backend, grant } = (source ?? {}) as Partial<Pick<ReadOnlyStore, "readAll"> & GrantedNamespaces>;
  if (typeof readAll === "function") return oneLog(source as Pick<ReadOnlyStore, "readAll">, signal);
  if (backend !== undefined && grant !== undefined) return severalLogs({ backend, grant }, signal);
  return refuseArgument("source", "a store, or an object with a backend and a grant", source);
}

function oneLog(store: Pick<ReadOnlyStore, "readAll">, signal: AbortSignal | undefined): SearchedLog {
  const all = () => store.readAll({ after: "oldest-available", signal });
  return {
    all,
    page(limit, after) {
      if (after !== undefined && typeof after !== "string") refuseArgument("after", "a position", after);
      return async (isSelected) => {
        const events: RecordedEvent[] = [];
        for await (const event of after === undefined ? all() : store.readAll({ after: after as Position, signal })) {
          if (!isSelected(event)) continue;
          if (events.length === limit) return { events, isComplete: false };
          events.push(event);
        }
        return { events, isComplete: true };
      };
    },
    placeOf: ({ position }) => position,
  };
}

function severalLogs({ backend, grant }: GrantedNamespaces, signal: AbortSignal | undefined): SearchedLog {
  async function* all() {
    for await (const namespace of backend.namespaces(grant)) {
      yield* backend.store(namespace).readAll({ after: "oldest-available", signal });
    }
  }
  return {
    all,
    page(limit, after) {
      const page = new EventPage(limit, after === undefined ? undefined : checkCursor(after));
      return async (isSelected) => {
        for await (const event of all()) if (isSelected(event)) page.add(event);
        return page.finish();
      };
    },
    placeOf: ({ timestamp, namespace, position }) => ({ timestamp, namespace, position }),
  };
}

/**
 * Returns the correlation id of the first event with the given id. If the event has none, its own id is the correlation
 * id.
 */
async function findCorrelationId(log: Pick<SearchedLog, "all">, eventId: string): Promise<string | undefined> {
  for await (const { id, metadata } of log.all()) {
    if (id === eventId) return metadata.correlationId ?? id;
  }
  return undefined;
}
