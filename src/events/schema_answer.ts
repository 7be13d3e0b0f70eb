import { pathStep } from "../base/path_step.ts";
import { formatValue } from "../base/format_value.ts";
import { isFrozenError } from "../base/is_frozen_error.ts";
import type { SchemaIssue, StandardSchema } from "./standard_schema.ts";

/** The result of a schema for a value: its output, its issues, or the reason why it returned neither. */
export type SchemaAnswer =
  | { readonly output: unknown }
  | { readonly issues: readonly { readonly path: string; readonly message: string }[] }
  | { readonly fault: string; readonly cause?: unknown };

/** Maximum number of issues in one error. */
const MAX_ISSUES = 100;

/**
 * Validates a value by a schema. Does not throw: the schema is code of the application, or of a library that it uses.
 *
 * @param standard The interface of the schema.
 * @param value The value to validate.
 * @param path The name of the value in the paths of issues, such as `events[0].data`.
 */
export function askSchema(
  standard: StandardSchema["~standard"],
  value: unknown,
  path: string,
): SchemaAnswer {
  try {
    const result: unknown = standard.validate(value);
    if (typeof result !== "object" || result === null) return { fault: `returned ${formatValue(result)}` };
    if (typeof (result as { readonly then?: unknown }).then === "function") {
      return promiseFault(result as PromiseLike<unknown>);
    }
    const { issues } = result as { readonly issues?: unknown };
    if (issues === undefined) {
      return "value" in result ? { output: result.value } : { fault: "returned neither a value nor issues" };
    }
    if (!Array.isArray(issues) || issues.length === 0) {
      return { fault: "returned issues that are not an array of issues" };
    }
    const known = issues.slice(0, MAX_ISSUES);
    const problem = known.map(issueProblem).find((problem) => problem !== undefined);
    if (problem !== undefined) return { fault: `returned an issue ${problem}` };
    return { issues: Object.freeze(known.map((issue: SchemaIssue) => readIssue(issue, path))) };
  } catch (cause) {
    const hint = isFrozenError(cause) ? ". It must return new data, and must not change its input" : "";
    return { fault: `threw ${formatValue(cause)}${hint}`, cause };
  }
}

function promiseFault(result: PromiseLike<unknown>): SchemaAnswer {
  // A rejection that no caller awaits would end the process.
  if (result instanceof Promise) result.catch(() => {});
  return {
    fault: "returned a promise. Use a synchronous schema: while an append waited for its schema, a later append " +
      "could be stored before it",
  };
}

function issueProblem(issue: Partial<SchemaIssue> | null | undefined): string | undefined {
  if (typeof issue !== "object" || issue === null) return `that is ${formatValue(issue)}`;
  return issue.path === undefined || Array.isArray(issue.path) ? undefined : "whose path is not an array";
}

function readIssue(issue: SchemaIssue, path: string): { readonly path: string; readonly message: string } {
  const { message, path: steps = [] } = issue;
  return Object.freeze({ path: path + steps.map(readStep).join(""), message: String(message) });
}

function readStep(step: PropertyKey | { readonly key: PropertyKey }): string {
  const key = typeof step === "object" ? step.key : step;
  return pathStep(typeof key === "symbol" ? String(key) : key);
}
