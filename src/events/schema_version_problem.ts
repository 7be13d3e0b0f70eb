import { MAX_SCHEMA_VERSION } from "../base/limits.ts";
import { quote } from "../base/quote.ts";

/** The rule that the schema version of an event breaks, if any. */
export function schemaVersionProblem(version: unknown): string | undefined {
  if (version === 1) return undefined;
  const isValid = Number.isSafeInteger(version) && version as number >= 1 && version as number <= MAX_SCHEMA_VERSION;
  return isValid ? undefined : `must be a whole number from 1 to ${MAX_SCHEMA_VERSION}, not ${quote(version)}`;
}
