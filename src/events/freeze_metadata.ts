import { InvalidEventError } from "../errors/invalid_event_error.ts";
import { quote } from "../base/quote.ts";
import { MAX_METADATA_KEY_LENGTH, MAX_METADATA_PAIRS } from "../base/limits.ts";
import type { EventMetadata } from "./event_metadata.ts";
import { freezeJson, type FrozenJson } from "./freeze_json.ts";

/** The shared object of all events without metadata. */
export const NO_METADATA: EventMetadata = Object.freeze({});

/** The keys whose values are also sent in message headers. Their values must be valid in a header. */
const TRACE_KEYS = ["traceparent", "tracestate"];
const VISIBLE_ASCII_AND_SPACES = /^[ -~]*$/;

/**
 * Creates a frozen copy of an event's metadata.
 *
 * @param metadata Pairs of strings; `undefined` values are left out.
 * @param path The name of the metadata in errors, such as `events[0].metadata`.
 * @param limit See {@link freezeJson}.
 * @throws {InvalidEventError} If a value is not a string, or a limit is exceeded.
 */
export function freezeMetadata(metadata: unknown, path: string, limit: number): FrozenJson {
  if (metadata === undefined) return { value: NO_METADATA, maxBytes: 0 };
  const frozen = freezeJson(metadata, path, limit);
  const problem = metadataProblem(frozen.value);
  if (problem !== undefined) throw new InvalidEventError(`${path} ${problem}`, { path });
  return frozen;
}

/** The rule that an event's metadata breaks, if any. */
export function metadataProblem(metadata: unknown): string | undefined {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) {
    return `must be an object of strings, not ${quote(metadata)}`;
  }
  const keys = Object.keys(metadata);
  if (keys.length > MAX_METADATA_PAIRS) return `has ${keys.length} pairs, ${MAX_METADATA_PAIRS} at most`;
  for (const key of keys) {
    const problem = pairProblem(key, (metadata as Readonly<Record<string, unknown>>)[key]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function pairProblem(key: string, value: unknown): string | undefined {
  if (key === "") return "has an empty key";
  if (key.length > MAX_METADATA_KEY_LENGTH) {
    return `has a key of ${key.length} characters, ${MAX_METADATA_KEY_LENGTH} at most`;
  }
  if (typeof value !== "string") return `has ${quote(value)} at ${quote(key)}; values must be strings`;
  if (TRACE_KEYS.includes(key) && !VISIBLE_ASCII_AND_SPACES.test(value)) {
    return `has a ${key} that is not visible ASCII: ${quote(value)}`;
  }
  return undefined;
}
