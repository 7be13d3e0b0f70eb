import { checkCommitSize } from "../commit/check_commit_size.ts";
import type { CommitSettings } from "../commit/prepare_commit.ts";
import { prepareEvent } from "../commit/prepare_event.ts";
import type { PublishedEvent } from "../event/published_event.ts";
import type { Namespace } from "../namespace/namespace.ts";

/**
 * Checks an event that is to be published, and makes what subscribers see of it.
 *
 * @throws {InvalidEventError} A field is wrong, or the data is not JSON; the error names the path.
 * @throws {CommitTooLargeError} It is larger than a commit may be.
 */
export function preparePublished(
  namespace: Namespace,
  actorId: string,
  event: unknown,
  { now, newId, maxCommitBytes }: CommitSettings,
): PublishedEvent {
  const { event: prepared, maxBytes } = prepareEvent(event, "event", newId);
  const { id, type, data, metadata } = prepared;
  const timestamp = now();
  checkCommitSize("publish of", actorId, { timestamp, events: [prepared] }, maxBytes, maxCommitBytes);
  return Object.freeze({ id, type, namespace, actorId, timestamp, data: data as PublishedEvent["data"], metadata });
}
