import * as v from "valibot";
import { badRequest } from "./problem.ts";

/** Validates a value that was sent under a name, or refuses it with the name and the rule. */
export function parseField<T>(field: v.GenericSchema<unknown, T>, value: unknown, name: string): T {
  const { success, output, issues } = v.safeParse(field, value);
  if (success) return output;
  throw refused(name, issues[0].message);
}

/** The output of the schemas of fields. */
type Output<F extends Fields> = { [K in keyof F]: v.InferOutput<F[K]> };
type Fields = Readonly<Record<string, v.GenericSchema>>;

/** Validates a body: it has all fields and no other member. The fields are those of the events that it leads to. */
export function parseFields<F extends Fields>(body: unknown, fields: F): Output<F> {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw badRequest("The body must be an object");
  const unknown = Object.keys(body).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) {
    throw refused(unknown, `is not known; there are ${Object.keys(fields).join(", ")}`);
  }
  const values = new Map(Object.entries(body));
  const parsed = Object.entries(fields).map(([name, field]) => [name, parseField(field, values.get(name), name)]);
  return Object.fromEntries(parsed) as Output<F>;
}

function refused(name: string, rule: string) {
  return badRequest(`${JSON.stringify(name)} ${rule}`, { field: name });
}
