/** What a log's stream says of itself in its description, which every server keeps. */
export interface LogFacts {
  /** How many partitions its actors are spread over; never changes. */
  readonly partitions: number;
}

const MARKER = /^aether log v1 partitions=([1-9][0-9]{0,3})$/;

/** Writes the marker of a log. */
export function encodeLogMarker({ partitions }: LogFacts): string {
  return `aether log v1 partitions=${partitions}`;
}

/** Reads the marker of a log; `undefined` if it is not one, or of a newer format. */
export function decodeLogMarker(description = ""): LogFacts | undefined {
  const [, partitions] = MARKER.exec(description) ?? [];
  return partitions === undefined ? undefined : { partitions: Number(partitions) };
}
