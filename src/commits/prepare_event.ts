import { unknownName } from "../checks/unknown_name.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import { InvalidEventError } from "../errors/invalid_event_error.ts";
import { quote } from "../base/quote.ts";
import type { EventMetadata } from "../events/event_metadata.ts";
import type { CheckedData } from "../events/event_types.ts";
import { freezeJson } from "../events/freeze_json.ts";
import { freezeMetadata } from "../events/freeze_metadata.ts";
import { idProblem } from "../events/id_problem.ts";
import { schemaVersionProblem } from "../events/schema_version_problem.ts";
import { typeProblem } from "../events/type_problem.ts";
import { checkedId } from "./call_settings.ts";
import type { PreparedEvent } from "./commit.ts";
import type { CommitSettings } from "./commit_settings.ts";

/** Maximum bytes of the member names, braces and commas in the JSON form of an event. */
const ENVELOPE_BYTES = 64;

/** The settings of a commit that concern a single event. */
export type EventSettings = Pick<CommitSettings, "newId" | "maxCommitBytes" | "types">;

/**
 * Checks an event and copies it. Data and metadata of the copy are frozen. With event types, the schema of the type
 * validates the data, and its output becomes the data of the copy.
 *
 * @param event The event that the caller passed. A recorded event is accepted too.
 * @param path The name of the event in errors, such as `events[0]`.
 * @param settings The source of missing ids, the size limit, and the event types that validate the data.
 * @returns The copy, and an upper bound of the bytes of its JSON form.
 * @throws {InvalidEventError} If a field or the data is invalid, or the data is not JSON; the error names the path.
 * @throws {InvalidArgumentError} If a schema gives no answer, or `newId` returns no valid id.
 * @throws {TooLargeError} If the event alone is certainly larger than a commit may be.
 */
export function prepareEvent(
  event: unknown,
  path: string,
  { newId, maxCommitBytes, types }: EventSettings,
): { readonly event: PreparedEvent; readonly maxBytes: number } {
  if (typeof event !== "object" || event === null) {
    refuse(path, "", mustBe("an object with type and data", event));
  }
  const { id: givenId, type, schemaVersion, data, metadata } = readFields(event as object, path);
  refuse(path, ".type", typeProblem(type));
  if (givenId !== undefined) refuse(path, ".id", idProblem(givenId));
  const id = givenId ?? checkedId(newId);
  const checked = types === undefined
    ? checkData(schemaVersion, data, path, maxCommitBytes)
    : types.check(event as object, { type, schemaVersion, data }, path, maxCommitBytes);
  const frozenMetadata = freezeMetadata(metadata, `${path}.metadata`, maxCommitBytes);
  return {
    event: {
      id,
      type,
      schemaVersion: checked.schemaVersion,
      data: checked.value,
      metadata: frozenMetadata.value as EventMetadata,
    },
    // In JSON, a character of an id takes at most two bytes (`\\"`), and a character of a type at most six (`\\u2028`).
    maxBytes: ENVELOPE_BYTES + id.length * 2 + type.length * 6 + checked.maxBytes + frozenMetadata.maxBytes,
  };
}

function checkData(given: number | undefined, data: unknown, path: string, limit: number): CheckedData {
  const schemaVersion = given === undefined ? 1 : given;
  refuse(path, ".schemaVersion", schemaVersionProblem(schemaVersion));
  const { value, maxBytes } = freezeJson(data, `${path}.data`, limit);
  return { value, maxBytes, schemaVersion };
}

/** The fields of a new event, then the further fields of a recorded event that is appended again. */
const FIELDS: ReadonlySet<string> = new Set([
  "type",
  "data",
  "id",
  "metadata",
  "schemaVersion",
  "namespace",
  "actorId",
  "version",
  "position",
  "commitId",
  "timestamp",
]);

/** Reads each field once, because an accessor may return another value each time. */
function readFields(
  event: object,
  path: string,
): Partial<PreparedEvent> & Pick<PreparedEvent, "type" | "data"> {
  try {
    const unknown = unknownName(event, FIELDS);
    if (unknown !== undefined) {
      refuse(
        path,
        `[${quote(unknown)}]`,
        "is not a field of an event. The fields are type, data, id, schemaVersion, metadata",
      );
    }
    const { id, type, schemaVersion, data, metadata } = event as PreparedEvent;
    return { id, type, schemaVersion, data, metadata };
  } catch (cause) {
    if (isAetherError(cause)) throw cause;
    throw new InvalidEventError(`${path} cannot be read: reading it throws`, { path }, { cause });
  }
}

function mustBe(rule: string, value: unknown): string {
  return value === undefined ? `is missing: it must be ${rule}` : `must be ${rule}, not ${quote(value)}`;
}

function refuse(event: string, field: string, problem: string | undefined): void {
  if (problem === undefined) return;
  const path = event + field;
  throw new InvalidEventError(`${path} ${problem}`, { path });
}
