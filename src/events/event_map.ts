/** A map from event types to the type of their data, as an interface or a type alias. */
export type EventMap = object;

/** The event map of a store that was created without one: any type, any data. */
export type AnyEvents = Record<string, unknown>;

/** The event types of a map. */
export type TypeOf<E extends EventMap> = Extract<keyof E, string>;

/** The primitive values of JavaScript. */
export type Primitive = string | number | boolean | bigint | symbol | null | undefined;

// The types below turn an array into `readonly U[]`, not into a mapped type. A type may then contain arrays of itself,
// because the compiler expands `readonly U[]` only where necessary. A tuple is mapped element by element. The
// `length` of a tuple with a rest element is `number`, as for an array: the type of its first element distinguishes it.

/** A type that is read-only at every level. Events are frozen. */
export type DeepReadonly<T> = T extends Primitive ? T
  : T extends readonly [unknown, ...unknown[]] ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
  : T extends readonly (infer U)[]
    ? number extends T["length"] ? readonly DeepReadonly<U>[] : { readonly [K in keyof T]: DeepReadonly<T[K]> }
  : T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
  : T;

/** The types that JSON cannot represent, as far as the compiler can detect them. */
export type NotJson =
  | bigint
  | symbol
  | ((...args: never[]) => unknown)
  | (abstract new (...args: never[]) => unknown)
  | Date
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | RegExp
  | ArrayBufferView
  | ArrayBuffer
  | Promise<unknown>;

/** The type itself if it is JSON. A part that is not JSON becomes a sentence that the compiler shows. */
export type Json<T> = unknown extends T ? T
  : T extends string | number | boolean | null | undefined ? T
  : T extends NotJson ? "event data must be JSON: use a string, number, boolean, null, array or plain object"
  : T extends readonly [unknown, ...unknown[]] ? { [K in keyof T]: Json<T[K]> }
  : T extends readonly (infer U)[] ? number extends T["length"] ? readonly Json<U>[] : { [K in keyof T]: Json<T[K]> }
  : T extends object ? { [K in keyof T]: Json<T[K]> }
  : T;

/** An event map whose data is JSON throughout. */
export type JsonEvents<E> = { [K in keyof E]: Json<E[K]> };

/**
 * The event map of a type argument of {@link events}: a map itself, or the map of a union of `{ type, data }` objects.
 * Other members of the union's objects, such as `metadata`, are left out.
 */
export type EventMapOf<E extends EventMap> = [E] extends [{ readonly type: string; readonly data: unknown }]
  ? { [M in E as M["type"]]: M["data"] }
  : E;

/** A sentence for a type argument of {@link events} that is missing or invalid; `unknown` for a valid one. */
export type EventsProblem<E> = [E] extends [never]
  ? "events() needs the event types: events<{ Placed: { sku: string } }>(); for events of any type, omit the event map"
  : [E] extends [{ readonly type: string }] ? [
      E extends { readonly type: infer T; readonly data: unknown }
        ? string extends T ? 'an event type must be a literal, such as "Placed", not string' : never
        : "each event of the union needs data, such as null",
    ] extends [infer Problem] ? [Problem] extends [never] ? unknown : Problem
    : never
  : unknown;

/** The type of data as a caller may give it: read-only or not, and `undefined` for an optional property. */
export type Input<T> = T extends Primitive ? T
  : T extends readonly [unknown, ...unknown[]] ? { readonly [K in keyof T]: Input<T[K]> }
  : T extends readonly (infer U)[]
    ? number extends T["length"] ? readonly Input<U>[] : { readonly [K in keyof T]: Input<T[K]> }
  : T extends object ? { readonly [K in keyof T]: object extends Pick<T, K> ? Input<T[K]> | undefined : Input<T[K]> }
  : T;
