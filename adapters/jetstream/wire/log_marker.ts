import type { Retention } from "../../../adapter.ts";

/** The metadata of a log in the description of its stream, which every server version stores. */
export interface LogMarker {
  /** The number of partitions of its actors, which never changes. */
  readonly partitions: number;
  /** The retention; absent without one. */
  readonly retention?: Retention | undefined;
  /** Whether the server republishes each stored commit, by which other processes receive it on the bus. */
  readonly republish: boolean;
  /** The identity that an operator has assigned to the log; absent if none was assigned. */
  readonly assigned?: AssignedIdentity | undefined;
}

/** An identity that an operator has assigned to a log. */
export interface AssignedIdentity {
  /**
   * The derived identity that the assigned identity replaces. A restored stream has another derived identity, which is
   * not replaced.
   */
  readonly derived: string;
  readonly identity: string;
}

/** The metadata of a log. */
export interface LogMetadata extends LogMarker {
  /** See `LogKey.identity`. */
  readonly identity: string;
}

const PARTITIONS = "([1-9][0-9]{0,3})";
const NUMBER = "([1-9][0-9]{0,15})";
const IDENTITY = "([0-9a-f]{12})";
const MARKER = new RegExp(
  `^aether log v1 partitions=${PARTITIONS}` +
    `(?: max-age=${NUMBER})?(?: max-bytes=${NUMBER})?(?: max-commits=${NUMBER})?` +
    `(?: republish=(off))?(?: identity=${IDENTITY}:${IDENTITY})?$`,
);

/** Encodes the marker of a log: `aether log v1 partitions=16 max-age=86400000`. */
export function encodeLogMarker({ partitions, retention, republish, assigned }: LogMarker): string {
  const { maxAge, maxBytes, maxCommits } = retention ?? {};
  const bounds = ([["max-age", maxAge], ["max-bytes", maxBytes], ["max-commits", maxCommits]] as const)
    .filter(([, bound]) => bound !== undefined)
    .map(([name, bound]) => ` ${name}=${bound}`);
  const choice = republish ? "" : " republish=off";
  const identity = assigned === undefined ? "" : ` identity=${assigned.derived}:${assigned.identity}`;
  return `aether log v1 partitions=${partitions}${bounds.join("")}${choice}${identity}`;
}

/** Decodes the marker of a log; `undefined` if the description is not a marker, or has a newer format. */
export function decodeLogMarker(description = ""): LogMarker | undefined {
  const [marker, partitions, maxAge, maxBytes, maxCommits, off, derived, identity] = MARKER.exec(description) ?? [];
  if (marker === undefined) return undefined;
  const bounds = [maxAge, maxBytes, maxCommits];
  const hasBounds = bounds.some((bound) => bound !== undefined);
  return {
    partitions: Number(partitions),
    republish: off === undefined,
    ...(hasBounds &&
      { retention: { maxAge: toBound(maxAge), maxBytes: toBound(maxBytes), maxCommits: toBound(maxCommits) } }),
    ...(derived !== undefined && { assigned: { derived, identity: identity! } }),
  };
}

function toBound(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}
