import * as v from "valibot";
import { badRequest, type Problem } from "./problem.ts";

/**
 * Validates the value of a field.
 *
 * @throws {Problem} If the value breaks a rule. The detail has the name and the rule.
 */
export function parseField<T>(field: v.GenericSchema<unknown, T>, value: unknown, name: string): T {
  const { success, output, issues } = v.safeParse(field, value);
  if (success) return output;
  throw invalidField(name, issues[0].message);
}

/** The validated values of the fields. */
type Output<F extends Fields> = { [K in keyof F]: v.InferOutput<F[K]> };
type Fields = Readonly<Record<string, v.GenericSchema>>;

/**
 * Validates a body, which must have all fields and no other member.
 *
 * @throws {Problem} If a field is missing, invalid or unknown.
 */
export function parseFields<F extends Fields>(body: unknown, fields: F): Output<F> {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw badRequest("The body must be an object");
  const unknown = Object.keys(body).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) {
    throw invalidField(unknown, `is not a field of this request: it has ${Object.keys(fields).join(", ")}`);
  }
  const values = new Map(Object.entries(body));
  const parsed = Object.entries(fields).map(([name, field]) => [name, parseField(field, values.get(name), name)]);
  return Object.fromEntries(parsed) as Output<F>;
}

function invalidField(name: string, rule: string): Problem {
  return badRequest(`${JSON.stringify(name)} ${rule}`, { field: name });
}
