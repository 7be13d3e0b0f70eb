/**
 * The part of `jsr:@std/testing/types` that this project's tests use, for machines that cannot reach JSR.
 *
 * @module
 */

/** Does not compile unless the argument has the type `T`: `assertType<IsExact<A, B>>(true)`. */
export function assertType<T extends boolean>(_expectTrue: T): void {}

/** Whether two types are identical, including `any`, `readonly` and optional properties. */
export type IsExact<T, U> = Identical<Flat<T>, Flat<U>>;

/** Two conditional types over a free type parameter are assignable only if their conditions are identical. */
type Identical<T, U> = (<X>(_: T) => X extends T ? 1 : 2) extends (<X>(_: U) => X extends U ? 1 : 2)
  ? (<X>(_: U) => X extends U ? 1 : 2) extends (<X>(_: T) => X extends T ? 1 : 2) ? true : false
  : false;

/** `{ a: 1 } & { b: 2 }` becomes `{ a: 1; b: 2 }`. */
type Flat<T> = 0 extends (1 & T) ? T : T extends Record<PropertyKey, unknown> ? { [K in keyof T]: Flat<T[K]> } : T;
