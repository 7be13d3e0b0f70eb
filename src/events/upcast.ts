import { formatValue } from "../base/format_value.ts";
import { isFrozenError } from "../base/is_frozen_error.ts";
import { MAX_COPIED_JSON_BYTES } from "../base/limits.ts";
import type { Namespace } from "../base/namespace.ts";
import { quote } from "../base/quote.ts";
import { CorruptDataError } from "../errors/corrupt_data_error.ts";
import type { EventType } from "./event_type.ts";
import { freezeJson } from "./freeze_json.ts";
import { askSchema } from "./schema_answer.ts";

/** The fields of a stored or published event that upcasting needs. */
export interface StoredEvent {
  readonly type: string;
  readonly schemaVersion: number;
  readonly namespace: Namespace;
  readonly actorId: string;
  readonly version?: number | undefined;
  readonly data: unknown;
}

/**
 * Converts an event to its current shape: calls its upcasters one after another, and replaces a former name. The stored
 * event does not change.
 *
 * @param event The event, as it is stored. Its data is frozen.
 * @param type The event type with the name of the event; `undefined` if the event map has none.
 * @param validates Whether the schema validates the result.
 * @returns A frozen copy.
 * @throws {CorruptDataError} If `type` is `undefined`, or the schema version of the event is greater than the
 * version of `type`. Also if an upcaster throws or returns anything but JSON, or the schema refuses the result.
 */
export function upcast<T extends StoredEvent>(event: T, type: EventType | undefined, validates: boolean): T {
  if (type === undefined) {
    refuse(event, 'the event map does not have its type. Deploy the newer event map, or read with unknown: "pass"');
  }
  const { name, version, standard } = type;
  if (event.schemaVersion > version) {
    refuse(event, `the event map has version ${version} of its type. Deploy readers before writers of a new version`);
  }
  const data = applyUpcasters(event, type);
  const current = validates && standard !== undefined ? validated(event, standard, data) : data;
  return Object.freeze({ ...event, type: name, schemaVersion: version, data: current });
}

/**
 * Calls the upcasters one after another. Each receives the result of the previous one as frozen JSON, as if it were
 * stored.
 */
function applyUpcasters(event: StoredEvent, { upcasters, version }: EventType): unknown {
  let { data } = event;
  for (let from = event.schemaVersion; from < version; from++) {
    const upcaster = upcasters[from - 1]!;
    const source = `its upcaster for version ${from}`;
    let returned: unknown;
    try {
      returned = upcaster(data);
    } catch (cause) {
      refuse(event, `${source} threw ${formatValue(cause)}${hintOn(cause)}`, cause);
    }
    if (returned === undefined) refuse(event, `${source} returned undefined. Return the new data`);
    if (returned instanceof Promise) {
      // A rejection that no caller awaits would end the process.
      returned.catch(() => {});
      refuse(event, `${source} returned a promise. It must be synchronous and return the new data`);
    }
    if (returned !== data) data = frozen(event, source, returned);
  }
  return data;
}

function validated(event: StoredEvent, standard: NonNullable<EventType["standard"]>, data: unknown): unknown {
  const answer = askSchema(standard, data, "data");
  if ("output" in answer) return answer.output === data ? data : frozen(event, "its schema", answer.output);
  if ("fault" in answer) refuse(event, `its schema ${answer.fault}`, answer.cause);
  const [{ path, message } = { path: "data", message: "" }] = answer.issues;
  refuse(event, `${path} is not valid: ${message}. Add an upcaster, or validate at append only`);
}

function frozen(event: StoredEvent, source: string, data: unknown): unknown {
  try {
    return freezeJson(data, "data", MAX_COPIED_JSON_BYTES).value;
  } catch (cause) {
    refuse(event, `${source} did not return JSON: ${(cause as Error).message}`, cause);
  }
}

function refuse(event: StoredEvent, problem: string, cause?: unknown): never {
  const { namespace, actorId, version, type: eventType, schemaVersion } = event;
  const which = version === undefined ? "a published event" : `version ${version}`;
  throw new CorruptDataError(
    `Cannot read ${which} of "${actorId}" in namespace "${namespace}", an event ${
      quote(eventType)
    } of schema version ` +
      `${schemaVersion}: ${problem}`,
    { namespace, actorId, version, eventType, schemaVersion },
    cause === undefined ? undefined : { cause },
  );
}

function hintOn(cause: unknown): string {
  return isFrozenError(cause) ? ". It must return new data, and must not change its argument" : "";
}
