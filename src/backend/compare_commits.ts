import type { Namespace } from "../base/namespace.ts";
import { quote } from "../base/quote.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { firstDifference } from "../state/first_difference.ts";
import type { RecordedCommit } from "./read_commits.ts";

/**
 * Checks that a commit of the target equals the commit of the source at the same place in the log.
 *
 * @param original The commit of the source; absent if the source has no commit at that place.
 * @param copy The commit of the target.
 * @throws {InvalidArgumentError} If the commits differ in more than the positions of their events.
 */
export function compareCommits(namespace: Namespace, original: RecordedCommit | undefined, copy: RecordedCommit): void {
  const [{ actorId, version }] = copy;
  const difference = original === undefined
    ? "the source has no commit at that place"
    : differenceOf(original.map(withoutPosition), copy.map(withoutPosition));
  if (difference === undefined) return;
  throw new InvalidArgumentError(
    `Cannot import into namespace "${namespace}": version ${version} of ${quote(actorId)} in the target ` +
      `differs from the source: ${difference}. Import into a namespace without events`,
    { argument: "to" },
  );
}

function differenceOf(original: readonly object[], copy: readonly object[]): string | undefined {
  const difference = firstDifference(original, copy, "events");
  return difference && `${difference.path} is ${quote(difference.left)} in the source`;
}

function withoutPosition({ position: _, ...event }: RecordedCommit[0]): object {
  return event;
}
