import type { EventMetadata } from "../events/event_metadata.ts";
import type { ExpectedVersion } from "../values/expected_version.ts";

/** One append, checked and ready to be stored: 1 to 1,000 events of one actor, stored entirely or not at all. */
export interface Commit {
  /** The actor of the events. */
  readonly actorId: string;
  /** See {@link ExpectedVersion}. */
  readonly expectedVersion: ExpectedVersion;
  /** The caller's id or a random one: 1 to 128 visible ASCII characters. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** Oldest first. */
  readonly events: readonly PreparedEvent[];
}

/** The part of a commit that its JSON form contains. */
export type CommitContent = Pick<Commit, "timestamp" | "events">;

/** A checked event without a version. Its data and metadata are frozen. */
export interface PreparedEvent {
  /** The caller's id or a random one: 1 to 128 visible ASCII characters. */
  readonly id: string;
  /** 1 to 200 bytes of UTF-8. */
  readonly type: string;
  /** The version of the data's shape: 1 to 65,535. */
  readonly schemaVersion: number;
  /** A JSON value. */
  readonly data: unknown;
  /** Pairs of strings; empty by default. */
  readonly metadata: EventMetadata;
}
