import { MAX_NAME_LENGTH } from "../limits.ts";
import { badRequest } from "./problem.ts";

/** Takes a value that was sent under a name, or refuses it, saying which and why. */
export type Field<T> = (value: unknown, name: string) => T;

type Parsed<F> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** Checks a body against its fields: all there are, and no others. */
export function parseFields<F extends Record<string, Field<unknown>>>(body: unknown, fields: F): Parsed<F> {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw badRequest("The body must be an object");
  const unknown = Object.keys(body).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) {
    throw refused(unknown, `is not known; there are ${Object.keys(fields).join(", ")}`);
  }
  const values = new Map(Object.entries(body));
  const parsed = Object.entries(fields).map(([name, field]) => [name, field(values.get(name), name)]);
  return Object.fromEntries(parsed);
}

export function text(maxLength: number): Field<string> {
  return (value, name) => {
    if (typeof value !== "string" || value.trim() === "" || value.length > maxLength || !value.isWellFormed()) {
      throw refused(name, `must be a text of 1 to ${maxLength} characters`);
    }
    return value;
  };
}

export function wholeNumber(least: number, most: number): Field<number> {
  return (value, name) => {
    if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
      throw refused(name, `must be a whole number from ${least} to ${most}`);
    }
    return value as number;
  };
}

export function optional<T>(field: Field<T>): Field<T | undefined> {
  return (value, name) => value === undefined ? undefined : field(value, name);
}

const NAME = new RegExp(`^[A-Za-z0-9_-]{1,${MAX_NAME_LENGTH}}$`);

/** What becomes one token of an actor id. */
export const name: Field<string> = (value, name) => {
  if (typeof value !== "string" || !NAME.test(value)) {
    throw refused(name, `must be 1 to ${MAX_NAME_LENGTH} of A-Z a-z 0-9 _ -`);
  }
  return value;
};

function refused(name: string, rule: string) {
  return badRequest(`${JSON.stringify(name)} ${rule}`, { field: name });
}
