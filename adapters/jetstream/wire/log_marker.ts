import type { Retention } from "../../../adapter.ts";

/** What a log's stream says of itself in its description, which every server keeps. */
export interface LogMetadata {
  /** How many partitions its actors are spread over; never changes. */
  readonly partitions: number;
  /** What expires; absent where nothing does. */
  readonly retention?: Retention | undefined;
}

const NUMBER = "([1-9][0-9]{0,15})";
const MARKER = new RegExp(
  `^aether log v1 partitions=([1-9][0-9]{0,3})(?: max-age=${NUMBER})?(?: max-bytes=${NUMBER})?(?: max-commits=${NUMBER})?$`,
);

/** Writes the marker of a log: `aether log v1 partitions=16 max-age=86400000`. */
export function encodeLogMarker({ partitions, retention }: LogMetadata): string {
  const { maxAge, maxBytes, maxCommits } = retention ?? {};
  const bounds = ([["max-age", maxAge], ["max-bytes", maxBytes], ["max-commits", maxCommits]] as const)
    .filter(([, bound]) => bound !== undefined)
    .map(([name, bound]) => ` ${name}=${bound}`);
  return `aether log v1 partitions=${partitions}${bounds.join("")}`;
}

/** Reads the marker of a log; `undefined` if it is not one, or of a newer format. */
export function decodeLogMarker(description = ""): LogMetadata | undefined {
  const [marker, partitions, ...bounds] = MARKER.exec(description) ?? [];
  if (marker === undefined) return undefined;
  const [maxAge, maxBytes, maxCommits] = bounds.map((bound) => bound === undefined ? undefined : Number(bound));
  const hasBounds = bounds.some((bound) => bound !== undefined);
  return { partitions: Number(partitions), ...(hasBounds && { retention: { maxAge, maxBytes, maxCommits } }) };
}
