import type { Input, Json } from "./event_map.ts";
import type { AnySchema, EventSpecs, OutputOf, VersionedEvent } from "./event_specs.ts";

/** Names of event types that no constructor can have: JavaScript or the map itself gives them another meaning. */
type ReservedName = "map" | "then" | "toJSON" | keyof typeof Object.prototype | "__proto__";

/** A sentence for each event type that is not valid; `unknown` if all event types are valid. */
export type SpecsProblem<S extends EventSpecs> =
  [{ [T in keyof S & string]: SpecProblem<T, S[T]> }[keyof S & string]] extends [infer P]
    ? [P] extends [never] ? unknown : P
    : never;

/**
 * A sentence for an event type that is not valid; `never` for a valid one.
 *
 * @internal
 */
type SpecProblem<T extends string, S> = T extends ReservedName
  ? `an event type cannot be named "${T}": the event map has a member of that name`
  : S extends AnySchema ? DataProblem<T, OutputOf<S>>
  : DataProblem<T, OutputOf<S>> | MemberProblem<T, S> | ChainProblem<T, S>;

type DataProblem<T extends string, Out> = unknown extends Out ? never
  : undefined extends Out ? `the data of "${T}" must not be undefined: use null`
  : [Out] extends [Json<Out>] ? never
  : `the data of "${T}" must be JSON: use strings, numbers, booleans, null, arrays and plain objects`;

type MemberProblem<T extends string, S> = Exclude<keyof S, keyof VersionedEvent> extends infer M
  ? M extends string ? `"${T}" has no member "${M}": it has schema, version, from and formerly` : never
  : never;

type ChainProblem<T extends string, S> = S extends { readonly version: infer V extends number }
  ? number extends V ? never
  : StepsProblem<T, V, S extends { readonly from: infer F } ? F : Record<never, never>, OutputOf<S>>
  : S extends { readonly from: object } ? `"${T}" has upcasters and no version: state the version of its current shape`
  : never;

type StepsProblem<T extends string, V extends number, F, Out> =
  | (Exclude<VersionsBelow<V>, keyof F> extends infer G extends number
    ? G extends number ? `"${T}" has no upcaster for version ${G}: add it to from` : never
    : never)
  | (Exclude<keyof F, VersionsBelow<V>> extends infer M
    ? M extends number ? `"${T}" has an upcaster for version ${M}, and its version is ${V}: remove it or raise version`
    : never
    : never)
  | { [N in keyof F & number]: StepProblem<T, N, V, F, Out> }[keyof F & number];

/** Checks one step: the upcaster of a version must return the argument of the next upcaster, or the current data. */
type StepProblem<T extends string, N extends number, V extends number, F, Out> = F[N & keyof F] extends
  (...args: never[]) => infer R ? 0 extends 1 & R ? never // R is `any`.
  : R extends PromiseLike<unknown> ? `the upcaster of "${T}" for version ${N} returns a promise: it must be synchronous`
  : Next<N> extends V ? [R] extends [Input<Out>] ? never
    : `the upcaster of "${T}" for version ${N} must return the data of version ${V}`
  : F[Next<N> & keyof F] extends (data: infer D) => unknown ? [R] extends [D] ? never
    : `the upcaster of "${T}" for version ${N} must return what the upcaster for version ${Next<N>} takes`
  : never
  : never;

/**
 * A tuple of N elements, but at most 900: the compiler limits recursion. Longer chains of upcasters are checked at run
 * time only.
 */
type Counted<N extends number, C extends 0[] = []> = C["length"] extends N | 900 ? C : Counted<N, [...C, 0]>;

type Next<N extends number> = [...Counted<N>, 0]["length"] & number;

/** The whole numbers from 1 to V - 1. */
type VersionsBelow<V extends number, C extends 0[] = [0]> = C["length"] extends V | 900 ? never
  : C["length"] | VersionsBelow<V, [...C, 0]>;
