import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { quote } from "../base/quote.ts";
import { unknownName } from "../checks/unknown_name.ts";
import type { AnySchema, Upcaster } from "./event_specs.ts";
import { schemaVersionProblem } from "./schema_version_problem.ts";
import type { StandardSchema } from "./standard_schema.ts";
import { typeProblem } from "./type_problem.ts";
import { isUnchecked } from "./unchecked.ts";

/** A checked event type of a map that is made from specs. */
export interface EventType {
  /** The current name. */
  readonly name: string;
  /** Earlier names. */
  readonly formerly: readonly string[];
  /** The schema version of the current shape. */
  readonly version: number;
  /** The upcasters, beginning with the upcaster of version 1. */
  readonly upcasters: readonly Upcaster[];
  /** The interface of its schema; `undefined` if the type is not validated. */
  readonly standard: StandardSchema["~standard"] | undefined;
}

const MEMBERS: ReadonlySet<string> = new Set(["schema", "version", "from", "formerly"]);

/** Names of members that the map has, or that JavaScript reads when it awaits or serializes a value. */
const RESERVED: ReadonlySet<string> = new Set(["map", "then", "toJSON"]);

/**
 * Checks the spec of one event type. Reads each member once.
 *
 * @throws {InvalidArgumentError} If the name, the schema, the version, an upcaster or a former name is not valid, or
 * the chain of upcasters has a gap.
 */
export function toEventType(name: string, spec: unknown): EventType {
  const problem = typeProblem(name);
  if (problem !== undefined) refuse(name, `The name ${problem}`);
  if (RESERVED.has(name) || name in Object.prototype) {
    refuse(name, "The event map has a member of that name. Choose another name, such as " + quote(`${name}Event`));
  }
  if (isSchema(spec)) return { name, formerly: [], version: 1, upcasters: [], standard: toStandard(name, spec) };
  if (typeof spec !== "object" || spec === null) {
    refuse(name, `It is ${quote(spec)}. Pass a schema, { schema, version, from, formerly } or unchecked<T>()`);
  }
  const unknown = unknownName(spec, MEMBERS);
  if (unknown !== undefined) {
    refuse(name, `It has no member ${quote(unknown)}: it has ${[...MEMBERS].join(", ")}`);
  }
  const { schema, version = 1, from, formerly } = spec as {
    readonly [M in "schema" | "version" | "from" | "formerly"]?: unknown;
  };
  if (!isSchema(schema)) refuse(name, `Its schema is ${quote(schema)}. Pass a Standard Schema or unchecked<T>()`);
  const versionProblem = schemaVersionProblem(version);
  if (versionProblem !== undefined) refuse(name, `Its version ${versionProblem}`);
  return {
    name,
    formerly: toFormerNames(name, formerly),
    version: version as number,
    upcasters: toUpcasters(name, version as number, from),
    standard: toStandard(name, schema),
  };
}

function isSchema(value: unknown): value is AnySchema {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  return isObject && "~standard" in value;
}

function toStandard(name: string, schema: AnySchema): EventType["standard"] {
  if (isUnchecked(schema)) return undefined;
  const standard: unknown = schema["~standard"];
  const { version, validate } = (standard ?? {}) as { readonly version?: unknown; readonly validate?: unknown };
  if (version !== 1 || typeof validate !== "function") {
    refuse(name, `Its schema does not implement Standard Schema version 1. Use a schema library that does`);
  }
  return standard as StandardSchema["~standard"];
}

function toFormerNames(name: string, formerly: unknown): readonly string[] {
  if (formerly === undefined) return [];
  if (!Array.isArray(formerly)) refuse(name, `formerly is ${quote(formerly)}. Pass an array of earlier names`);
  return Array.from(formerly, (former: unknown) => {
    const problem = typeProblem(former);
    if (problem !== undefined) refuse(name, `A name in formerly ${problem}`);
    return former as string;
  });
}

/** Checks that each version below the current one has an upcaster, and that no other version has one. */
function toUpcasters(name: string, version: number, from: unknown): readonly Upcaster[] {
  if (from !== undefined && (typeof from !== "object" || from === null)) {
    refuse(name, `from is ${quote(from)}. Pass an object with an upcaster for each earlier version`);
  }
  const given = new Map(Object.entries(from ?? {}));
  const upcasters: Upcaster[] = [];
  for (let step = 1; step < version; step++) {
    const upcaster: unknown = given.get(String(step));
    if (upcaster === undefined) {
      refuse(name, `Its version is ${version}, and from has no upcaster for version ${step}. Add from[${step}]`);
    }
    if (typeof upcaster !== "function") refuse(name, `from[${step}] is ${quote(upcaster)}. Pass a function`);
    upcasters.push(upcaster as Upcaster);
    given.delete(String(step));
  }
  const [surplus] = given.keys();
  if (surplus !== undefined) {
    refuse(
      name,
      `from has ${quote(surplus)}, and its version is ${version}: an upcaster leads from a version to the next one. ` +
        `Remove it, or raise version`,
    );
  }
  return upcasters;
}

/** Throws the error of a spec. */
export function refuse(name: string, problem: string, cause?: unknown): never {
  throw new InvalidArgumentError(
    `Cannot make an event map with the event type ${quote(name)}: ${problem}`,
    { argument: `events.${name}` },
    cause === undefined ? undefined : { cause },
  );
}
