import type { Input } from "./event_map.ts";
import type { EventMetadata } from "./event_metadata.ts";
import type { NewEvent } from "./new_event.ts";
import type { StandardSchema } from "./standard_schema.ts";

/** A schema of any library, with any input and output. */
// deno-lint-ignore no-explicit-any -- the types of a schema are inferred from it
export type AnySchema = StandardSchema<any, any>;

/**
 * Converts the data of one schema version into the data of the next one. A pure, synchronous function. The data is
 * frozen: an upcaster returns new data and does not change its argument.
 *
 * An upcaster may declare any type for its parameter, because the compiler compares parameters of methods bivariantly.
 */
export type Upcaster = { upcast(data: unknown): unknown }["upcast"];

/** An event type whose shape or name has changed. */
export interface VersionedEvent {
  /** The schema of the current shape; {@link unchecked} for a type without validation. */
  readonly schema: AnySchema;
  /** The schema version of the current shape: a whole number from 1, the default, to 65,535. */
  readonly version?: number | undefined;
  /** An upcaster for each earlier schema version: `from[1]` converts version 1 into version 2. */
  readonly from?: { readonly [version: number]: Upcaster } | undefined;
  /** Earlier names of the type. Schema versions continue across names. */
  readonly formerly?: readonly string[] | undefined;
}

/** The specs of the event types of a map, by name. */
export interface EventSpecs {
  /** A schema, or a schema with its history. */
  readonly [type: string]: AnySchema | VersionedEvent;
}

/** The data of an event type as it is stored and read: the output of its schema. */
export type OutputOf<S> = S extends AnySchema ? NonNullable<S["~standard"]["types"]>["output"]
  : S extends { readonly schema: infer C extends AnySchema } ? NonNullable<C["~standard"]["types"]>["output"]
  : never;

/** The data that the constructor of an event type accepts: the input of its schema. */
export type InputOf<S> = S extends AnySchema ? NonNullable<S["~standard"]["types"]>["input"]
  : S extends { readonly schema: infer C extends AnySchema } ? NonNullable<C["~standard"]["types"]>["input"]
  : never;

/** The event map of specs. */
export type EventMapFrom<S extends EventSpecs> = { -readonly [T in keyof S & string]: OutputOf<S[T]> };

/** A function that creates an event of one type: see {@link events}. */
export type EventConstructor<T extends string, In, Out> = (
  data: Input<In>,
  options?: { readonly id?: string | undefined; readonly metadata?: EventMetadata | undefined },
) => NewEvent<T, Out>;

/** The constructors of an event map that is made from specs. */
export type EventConstructors<S extends EventSpecs> = {
  readonly [T in keyof S & string]: EventConstructor<T, InputOf<S[T]>, OutputOf<S[T]>>;
};
