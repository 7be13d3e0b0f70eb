import { failWith } from "./assertion_error.ts";

// deno-lint-ignore no-explicit-any
type ErrorClassOf<E extends Error> = abstract new (...args: any[]) => E;

/** What the overloads of assertThrows and assertRejects come down to. */
interface Expectation<E extends Error> {
  readonly errorClass: ErrorClassOf<E> | undefined;
  readonly msgIncludes: string | undefined;
  readonly msg: string | undefined;
}

export function assertThrows(fn: () => unknown, msg?: string): unknown;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClassOf<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error>(
  fn: () => unknown,
  classOrMsg?: ErrorClassOf<E> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  const expected = expectation(classOrMsg, msgIncludes, msg);
  try {
    fn();
  } catch (error) {
    checkFailure(error, expected, "thrown");
    return error;
  }
  return failWith("Expected function to throw", expected.msg);
}

export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClassOf<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorClassOf<E> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const expected = expectation(classOrMsg, msgIncludes, msg);
  const promise = promiseOf(fn, expected.msg);
  try {
    await promise;
  } catch (error) {
    checkFailure(error, expected, "rejected");
    return error;
  }
  return failWith("Expected function to reject", expected.msg);
}

export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: ErrorClassOf<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  if (!(error instanceof Error)) failWith(`Expected "error" to be an Error object`, msg);
  if (ErrorClass !== undefined && !(error instanceof ErrorClass)) {
    failWith(`Expected error to be instance of "${ErrorClass.name}", but was "${error.constructor.name}"`, msg);
  }
  if (msgMatches && !messageMatches(error.message, msgMatches)) {
    failWith(`Expected error message to include "${msgMatches}", but got "${error.message}"`, msg);
  }
}

function expectation<E extends Error>(
  classOrMsg: ErrorClassOf<E> | string | undefined,
  msgIncludes: string | undefined,
  msg: string | undefined,
): Expectation<E> {
  if (typeof classOrMsg === "string") return { errorClass: undefined, msgIncludes: undefined, msg: classOrMsg };
  return { errorClass: classOrMsg, msgIncludes, msg };
}

/** A function that throws before it returns a promise has not rejected, and one that returns a value never will. */
function promiseOf(fn: () => PromiseLike<unknown>, msg: string | undefined): PromiseLike<unknown> {
  let returned: unknown;
  try {
    returned = fn();
  } catch {
    failWith("Function throws when expected to reject", msg);
  }
  if (!isThenable(returned)) failWith("Function throws when expected to reject", msg);
  return returned;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** Without a class anything thrown will do, as in the real package. */
function checkFailure<E extends Error>(error: unknown, expected: Expectation<E>, verb: string): void {
  if (expected.errorClass === undefined) return;
  if (!(error instanceof Error)) failWith(`A non-Error object was ${verb}`, expected.msg);
  assertIsError(error, expected.errorClass, expected.msgIncludes, expected.msg);
}

function messageMatches(message: string, wanted: string | RegExp): boolean {
  const plain = stripColors(message);
  return typeof wanted === "string" ? plain.includes(stripColors(wanted)) : wanted.test(plain);
}

function stripColors(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/\u001b\[[0-9;]*m/g, "");
}
