import { freezeClass } from "../base/freeze_class.ts";
import { MAX_COPIED_JSON_BYTES } from "../base/limits.ts";
import { quote } from "../base/quote.ts";
import { checkOptions } from "../checks/check_options.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { InvalidEventError } from "../errors/invalid_event_error.ts";
import { copySchemaInput } from "./copy_schema_input.ts";
import { type EventType, refuse } from "./event_type.ts";
import { freezeJson, type FrozenJson } from "./freeze_json.ts";
import { fingerprintOf } from "./map_fingerprint.ts";
import type { NewEvent } from "./new_event.ts";
import { askSchema } from "./schema_answer.ts";
import { type StoredEvent, upcast } from "./upcast.ts";

/** An event before it is stored, with its data checked and frozen. */
export interface CheckedData extends FrozenJson {
  /** The schema version of the data. */
  readonly schemaVersion: number;
}

/** The options of a constructor. */
const OPTIONS: ReadonlySet<string> = new Set(["id", "metadata"]);

/**
 * The event types of a map that is made from specs: validates new events, and reads stored ones in their current shape.
 */
export class EventTypes {
  /**
   * A string that differs between two maps if they may read stored events differently. `undefined` if each type has
   * version 1 and one name.
   */
  readonly fingerprint: string | undefined;
  /** The event types by current and by former name. */
  readonly #types: ReadonlyMap<string, EventType>;
  readonly #validatesReads: boolean;
  /**
   * The checked data of each event that a constructor of this map created. An append neither validates nor copies this
   * data again.
   */
  readonly #made: WeakMap<object, CheckedData> = new WeakMap();

  /**
   * Indexes event types by current and by former name.
   *
   * @throws {InvalidArgumentError} If two types have a name in common.
   */
  constructor(types: readonly EventType[], validatesReads: boolean) {
    const byName = new Map(types.map((type) => [type.name, type]));
    for (const type of types) {
      for (const former of type.formerly) {
        const other = byName.get(former);
        if (other !== undefined) {
          refuse(type.name, `${quote(former)} in formerly is also a name of ${quote(other.name)}`);
        }
        byName.set(former, type);
      }
    }
    this.#types = byName;
    this.#validatesReads = validatesReads;
    this.fingerprint = fingerprintOf(types);
  }

  /** The schema version of a type; `undefined` for a type that the map does not have. */
  versionOf(name: string): number | undefined {
    const type = this.#types.get(name);
    return type?.name === name ? type.version : undefined;
  }

  /**
   * The current name of a type, from its current or a former name; `undefined` for a type that the map does not have.
   */
  currentName(name: string): string | undefined {
    return this.#types.get(name)?.name;
  }

  /** The current names of all types. */
  get names(): string[] {
    return [...new Set(Array.from(this.#types.values(), ({ name }) => name))];
  }

  /**
   * The names under which events of some types are stored: the given names and the other names of the same types.
   *
   * @param names Current or former names.
   * @throws {InvalidArgumentError} If the map does not have one of the names.
   */
  storedNames(names: readonly string[]): readonly string[] {
    return names.flatMap((name) => {
      const type = this.#types.get(name);
      if (type !== undefined) return [type.name, ...type.formerly];
      throw new InvalidArgumentError(
        `types has ${quote(name)}, which is not in the event map. The types of the map are ${
          this.names.map(quote).join(", ")
        }`,
        { argument: "types" },
      );
    });
  }

  /**
   * Creates a validated, frozen event of a type.
   *
   * @throws {InvalidEventError} If the schema refuses the data, or its output is not JSON.
   * @throws {InvalidArgumentError} If an option is unknown, or the schema gives no answer.
   */
  make(name: string, data: unknown, options: Pick<NewEvent, "id" | "metadata">): NewEvent {
    checkOptions(options, OPTIONS, name);
    const checked = this.#validate(this.#types.get(name)!, data, "data", MAX_COPIED_JSON_BYTES);
    const event = { ...options, type: name, data: checked.value as NewEvent["data"] };
    this.keep(event, checked);
    return event;
  }

  /** Freezes an event, and keeps its checked data for a later {@link EventTypes.check} of the event. */
  keep(event: object, checked: CheckedData): void {
    this.#made.set(Object.freeze(event), checked);
  }

  /**
   * Validates the data of a new event.
   *
   * @param event The event as the caller passed it. If a constructor of this map created it, its data is already
   * checked.
   * @param fields The fields that were read from the event.
   * @param path The name of the event in errors, such as `events[0]`.
   * @param limit See {@link freezeJson}.
   * @returns The output of the schema, frozen, and its schema version.
   * @throws {InvalidEventError} If the map does not have the type or has it in another version, if the schema refuses
   * the data, or its output is not JSON.
   * @throws {InvalidArgumentError} If the schema gives no answer.
   * @throws {TooLargeError} If the output is certainly larger than the limit.
   */
  check(
    event: object,
    { type: name, schemaVersion, data }: Pick<NewEvent, "type" | "schemaVersion"> & { readonly data: unknown },
    path: string,
    limit: number,
  ): CheckedData {
    const made = this.#made.get(event);
    if (made !== undefined) return made;
    const type = this.#types.get(name);
    if (type?.name !== name) refuseEvent(`${path}.type`, this.#typeProblem(name, type));
    if (schemaVersion !== undefined && schemaVersion !== type.version) {
      refuseEvent(
        `${path}.schemaVersion`,
        `is ${quote(schemaVersion)}, but the event map has version ${type.version} of ${quote(name)}. Omit it`,
      );
    }
    return this.#validate(type, data, `${path}.data`, limit);
  }

  /**
   * A stored event in its current shape.
   *
   * @param event The event, as it is stored.
   * @param unknown How to treat a type that the map does not have: `"pass"` returns the event as it is stored.
   * @returns The event itself if it has the current shape.
   * @throws {CorruptDataError} If the map does not have the type or the schema version, or an upcaster fails.
   */
  read<T extends StoredEvent>(event: T, unknown: "pass" | "stop" | undefined): T {
    const type = this.#types.get(event.type);
    const isCurrent = type !== undefined && type.version === event.schemaVersion && type.name === event.type;
    if (isCurrent && !this.#validatesReads) return event;
    return type === undefined && unknown === "pass" ? event : upcast(event, type, this.#validatesReads);
  }

  #typeProblem(name: string, type: EventType | undefined): string {
    return type === undefined
      ? `is ${quote(name)}, which is not in the event map. The types of the map are ${this.names.map(quote).join(", ")}`
      : `is ${quote(name)}, a former name of ${quote(type.name)}. Use the current name`;
  }

  #validate({ name, standard, version }: EventType, data: unknown, path: string, limit: number): CheckedData {
    const output = standard === undefined ? data : outputOf(name, standard, copySchemaInput(data, path, limit), path);
    const { value, maxBytes } = freezeJson(output, path, limit);
    return { value, maxBytes, schemaVersion: version };
  }
}

freezeClass(EventTypes);

function outputOf(name: string, standard: NonNullable<EventType["standard"]>, data: unknown, path: string): unknown {
  const answer = askSchema(standard, data, path);
  if ("output" in answer) return answer.output;
  if ("fault" in answer) {
    const { fault, cause } = answer;
    throw new InvalidArgumentError(
      `Cannot validate ${path} of an event ${quote(name)}: its schema ${fault}`,
      { argument: `events.${name}` },
      { cause },
    );
  }
  const { issues } = answer;
  const [first] = issues;
  const more = issues.length === 1 ? "" : ` (and ${issues.length - 1} more)`;
  throw new InvalidEventError(
    `${first!.path} is not valid in an event ${quote(name)}: ${first!.message}${more}`,
    { path: first!.path, eventType: name, issues },
  );
}

function refuseEvent(path: string, problem: string): never {
  throw new InvalidEventError(`${path} ${problem}`, { path });
}
