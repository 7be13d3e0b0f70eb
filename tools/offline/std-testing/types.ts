/**
 * Stands in for the part of `jsr:@std/testing/types` that this project's tests use, on machines that reach npm but not
 * JSR: questions about types, answered by the type checker alone.
 *
 * @module
 */

/** Does not compile unless its argument has the type that is asked for: `assertType<IsExact<A, B>>(true)`. */
export function assertType<T extends boolean>(_expectTrue: T): void {}

/** Does not compile unless `T` is `true`. */
export type AssertTrue<T extends true> = T extends true ? never : never;

/** Does not compile unless `T` is `false`. */
export type AssertFalse<T extends false> = T extends false ? never : never;

/** Whether two types are the same one: also in `any`, in `readonly` and in which properties are optional. */
export type IsExact<T, U> = Identical<Flat<T>, Flat<U>>;

/** Whether `U` is among the members of the union `T`. */
export type Has<T, U> = IsAny<T> extends true ? true
  : IsAny<U> extends true ? false
  : [Extract<T, U>] extends [never] ? false
  : true;

/** The opposite of {@link Has}. */
export type NotHas<T, U> = Has<T, U> extends true ? false : true;

/** Whether `null` or `undefined` is a member of the union `T`. */
export type IsNullable<T> = [Extract<T, null | undefined>] extends [never] ? false : true;

/** Whether `T` is `any`. */
export type IsAny<T> = 0 extends (1 & T) ? true : false;

/** Whether `T` is `never`. */
export type IsNever<T> = [T] extends [never] ? true : false;

/** Whether `T` is `unknown`. */
export type IsUnknown<T> = IsAny<T> extends true ? false : unknown extends T ? true : false;

/** Two conditional types over an open parameter are assignable only where their conditions are the same type. */
type Identical<T, U> = (<X>(_: T) => X extends T ? 1 : 2) extends (<X>(_: U) => X extends U ? 1 : 2)
  ? (<X>(_: U) => X extends U ? 1 : 2) extends (<X>(_: T) => X extends T ? 1 : 2) ? true : false
  : false;

/** `{ a: 1 } & { b: 2 }` is as good as `{ a: 1; b: 2 }`. */
type Flat<T> = IsAny<T> extends true ? T
  : T extends Record<PropertyKey, unknown> ? { [K in keyof T]: Flat<T[K]> }
  : T;
