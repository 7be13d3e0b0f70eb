import { refuseArgument } from "../checks/refuse_argument.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { quote } from "../base/quote.ts";
import type { EventMetadata } from "../events/event_metadata.ts";
import { idProblem } from "../events/id_problem.ts";
import { MAX_EVENTS_PER_COMMIT } from "../base/limits.ts";
import type { ExpectedVersion } from "../values/expected_version.ts";
import type { Commit, PreparedEvent } from "./commit.ts";
import { addMetadata } from "./add_metadata.ts";
import type { CommitSettings } from "./commit_settings.ts";
import { checkedId, checkedTime } from "./call_settings.ts";
import { checkCommitSize } from "./check_commit_size.ts";
import { prepareEvent } from "./prepare_event.ts";

/** Maximum bytes of the JSON form of a commit without its events. */
const MAX_ENVELOPE_BYTES = 64;

/**
 * Checks the events of an append and builds the commit.
 *
 * @param derived Metadata from the observer. A pair is added only to an event that does not have its key.
 * @throws {InvalidArgumentError} If the number of events is not 1 to 1,000, or if the commit id is invalid or is
 * combined with an expectation that is not a number.
 * @throws {InvalidEventError} If an event cannot be stored.
 * @throws {TooLargeError} If the commit is larger than the adapter accepts.
 */
export function prepareCommit(
  actorId: string,
  events: readonly unknown[],
  expectedVersion: ExpectedVersion,
  commitId: string | undefined,
  settings: CommitSettings,
  derived?: EventMetadata,
): Commit {
  const { now, newId, maxCommitBytes } = settings;
  const count = countEvents(actorId, events);
  checkCommitId(commitId, expectedVersion);
  const prepared: PreparedEvent[] = [];
  let maxBytes = MAX_ENVELOPE_BYTES;
  for (let i = 0; i < count; i++) {
    const { event, maxBytes: bytes } = prepareEvent(events[i], `events[${i}]`, settings);
    prepared.push(event);
    maxBytes += bytes;
  }
  const commit = {
    actorId,
    expectedVersion,
    id: commitId ?? checkedId(newId),
    timestamp: checkedTime(now),
    events: prepared,
  };
  checkCommitSize("append to", actorId, commit, maxBytes, maxCommitBytes);
  return derived === undefined ? commit : addMetadata(commit, derived, maxBytes, maxCommitBytes);
}

/** Returns the checked number of events. It is read once: a proxy of an array could return another number each time. */
function countEvents(actorId: string, events: unknown): number {
  if (!Array.isArray(events)) refuseArgument("events", `an array of 1 to ${MAX_EVENTS_PER_COMMIT} events`, events);
  const { length } = events;
  if (length >= 1 && length <= MAX_EVENTS_PER_COMMIT) return length;
  throw new InvalidArgumentError(
    `Cannot append ${length} events to "${actorId}": a commit has 1 to ${MAX_EVENTS_PER_COMMIT} events`,
    { argument: "events" },
  );
}

function checkCommitId(commitId: string | undefined, expectedVersion: ExpectedVersion): void {
  if (commitId === undefined) return;
  const problem = idProblem(commitId);
  if (problem !== undefined) throw new InvalidArgumentError(`commitId ${problem}`, { argument: "commitId" });
  if (typeof expectedVersion !== "number") {
    throw new InvalidArgumentError(
      `commitId needs a numeric expectedVersion, not ${
        quote(expectedVersion)
      }: a repeated append searches for the commit directly after that version`,
      { argument: "commitId" },
    );
  }
}
