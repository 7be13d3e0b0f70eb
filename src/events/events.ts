import { checkChoice } from "../checks/check_choice.ts";
import { checkOptions } from "../checks/check_options.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import type { Brand } from "../base/brand.ts";
import { formatValue } from "../base/format_value.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import type { EventMap, EventMapOf, EventsProblem, JsonEvents } from "./event_map.ts";
import type { EventConstructors, EventSpecs, OutputOf } from "./event_specs.ts";
import { type EventType, refuse, toEventType } from "./event_type.ts";
import { EventTypes } from "./event_types.ts";
import type { NewEvent } from "./new_event.ts";
import type { SpecsProblem } from "./specs_problem.ts";

/** A value that carries an event map to functions. Created by {@link events}. */
export interface Events<E extends EventMap> extends Brand<"events"> {
  /** Exists in types only, never at run time. A function type makes the compiler refuse a wider or a narrower map. */
  readonly map?: (map: E) => E;
}

/** The options of an event map that is made from schemas. */
export interface EventsOptions {
  /**
   * The events that schemas validate. With `"append"`, the default: new events, when they are appended or published.
   * With `"append-and-read"`: also stored events, after their upcasters. Readers then receive the output of the schema,
   * and a schema must accept its own output. If a schema refuses a stored event, the read fails with
   * `CorruptDataError`.
   */
  readonly validate?: "append" | "append-and-read" | undefined;
}

/** The member of an event map that holds its {@link EventTypes}; `true` for a map that exists in types only. */
const BRAND: unique symbol = Symbol.for("@flowmade-one/aether/events");
const CARRIER: object = Object.freeze({ [BRAND]: true });
const OPTIONS: ReadonlySet<string> = new Set(["validate"]);

/**
 * Creates a value that carries an event map, so that stores, buses and deciders infer their types from it. The type
 * argument is a map from event types to data, or a union of `{ type, data }` objects. It is required. For any events,
 * pass no map to a store or bus, and `events<AnyEvents>()` to a decider.
 *
 * @returns A frozen value. The map itself exists only in its type.
 *
 * @example
 * ```ts
 * import { events } from "@flowmade-one/aether";
 * import { memory } from "@flowmade-one/aether/memory";
 *
 * interface OrderEvents {
 *   Placed: { sku: string; note?: string };
 *   Shipped: { at: string };
 * }
 * const OrderEvents = events<OrderEvents>();
 *
 * const store = memory().store("prod.orders", OrderEvents);
 * await store.append("order.42", [{ type: "Placed", data: { sku: "A" } }], { expectedVersion: 0 });
 * ```
 *
 * @example A union of events
 * ```ts
 * import { events } from "@flowmade-one/aether";
 * import { memory } from "@flowmade-one/aether/memory";
 *
 * type OrderEvent =
 *   | { type: "Placed"; data: { sku: string; note?: string } }
 *   | { type: "Shipped"; data: { at: string } };
 *
 * const store = memory().store("prod.orders", events<OrderEvent>());
 * await store.append("order.42", [{ type: "Placed", data: { sku: "A" } }], { expectedVersion: 0 });
 * ```
 */
export function events<E extends object & JsonEvents<E> = never>(this: EventsProblem<E>): Events<EventMapOf<E>>;
/**
 * Creates an event map from schemas. Each event type has a schema of any library that implements Standard Schema
 * version 1, or {@link unchecked}. A type whose shape or name has changed has `{ schema, version, from, formerly }`
 * instead. The map has a constructor for each type.
 *
 * New events are validated at `append` and `publish`, and the output of the schema is stored. Stored events are read in
 * their current shape. The upcasters in `from` convert an event of an earlier schema version. An event of a former name
 * gets the current name. The map is closed: a store refuses events of other types.
 *
 * @param specs The event types by name.
 * @param options See {@link EventsOptions}.
 * @returns A frozen map. A constructor validates its data, and throws `InvalidEventError` if the schema refuses it.
 * @throws {InvalidArgumentError} If a spec or an option is not valid, or a chain of upcasters has a gap.
 *
 * @example
 * ```ts
 * import { events, unchecked } from "@flowmade-one/aether";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * const Orders = events({
 *   Placed: {
 *     schema: unchecked<{ sku: string; quantity: number }>(),
 *     version: 2,
 *     from: { 1: (old: { sku: string }) => ({ ...old, quantity: 1 }) },
 *     formerly: ["OrderPlaced"],
 *   },
 *   Shipped: unchecked<{ at: string }>(),
 * });
 *
 * const backend = memory();
 * const old = [{ type: "OrderPlaced", data: { sku: "A" } }];
 * await backend.store("prod.orders").append("order.42", old, { expectedVersion: 0 });
 *
 * const store = backend.store("prod.orders", Orders);
 * await store.append("order.42", [Orders.Shipped({ at: "noon" })], { expectedVersion: 1 });
 * const [placed] = await store.readAll({ types: ["Placed"] }).toArray();
 * assertEquals([placed?.type, placed?.data], ["Placed", { sku: "A", quantity: 1 }]);
 * ```
 */
export function events<const S extends EventSpecs>(
  this: SpecsProblem<S>,
  specs: S,
  options?: EventsOptions,
  // Not `EventMapFrom<S>`: in errors, the compiler then shows the types of the data.
): Events<{ -readonly [T in keyof S & string]: OutputOf<S[T]> }> & EventConstructors<S>;
// No call has this type of `this`. If a call fits no overload, the compiler's error therefore omits this signature.
export function events(this: string, ...args: readonly [specs?: EventSpecs, options?: EventsOptions]): unknown {
  return args.length === 0 ? CARRIER : eventsOf(...args);
}

function eventsOf(specs: unknown, options: EventsOptions = {}): object {
  if (typeof specs !== "object" || specs === null || Array.isArray(specs)) {
    refuseArgument("events", "an object with a schema for each event type", specs);
  }
  if ("~standard" in specs) {
    throw new InvalidArgumentError(
      "Cannot make an event map: events is a schema. Pass an object with a schema for each event type, such as " +
        "{ Placed: schema }",
      { argument: "events" },
    );
  }
  checkOptions(options, OPTIONS, "events");
  const { validate } = options;
  checkChoice(validate, "validate", ["append", "append-and-read"]);
  const checked = Object.entries(specs).map(([name, spec]) => readSpec(name, spec));
  if (checked.length === 0) {
    throw new InvalidArgumentError("Cannot make an event map: it has no event types. Add one", { argument: "events" });
  }
  const types = new EventTypes(checked, validate === "append-and-read");
  const constructors = checked.map(({ name }) => {
    const make = (data: unknown, options: Pick<NewEvent, "id" | "metadata"> = {}) => types.make(name, data, options);
    return [name, Object.freeze(make)];
  });
  return Object.freeze({ [BRAND]: types, ...Object.fromEntries(constructors) });
}

/** Checks a spec. An error of an accessor of the spec becomes an `InvalidArgumentError`. */
function readSpec(name: string, spec: unknown): EventType {
  try {
    return toEventType(name, spec);
  } catch (cause) {
    if (isAetherError(cause)) throw cause;
    refuse(name, `Reading its spec threw ${formatValue(cause)}. Pass a spec of plain values`, cause);
  }
}

/** The event types of a map that was made from schemas; `undefined` for another map or no map. */
export function eventTypesOf(map: object | undefined): EventTypes | undefined {
  const types = (map as { readonly [BRAND]?: unknown } | undefined)?.[BRAND];
  return types instanceof EventTypes ? types : undefined;
}

/**
 * Checks an optional event map.
 *
 * @throws {InvalidArgumentError} If the value is given and {@link events} did not make it.
 */
export function checkEvents(value: unknown): void {
  if (value !== undefined) requireEvents(value);
}

/**
 * Checks a required event map.
 *
 * @throws {InvalidArgumentError} If {@link events} did not make the value.
 */
export function requireEvents(value: unknown): void {
  if (typeof value === "object" && value !== null && BRAND in value) {
    const { [BRAND]: types } = value;
    if (types === true || types instanceof EventTypes) return;
  }
  refuseArgument("events", "an event map, such as events<...>() returns", value);
}
