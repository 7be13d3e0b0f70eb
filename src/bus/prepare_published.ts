import { checkedTime } from "../commits/call_settings.ts";
import { checkCommitSize } from "../commits/check_commit_size.ts";
import type { CommitSettings } from "../commits/commit_settings.ts";
import { prepareEvent } from "../commits/prepare_event.ts";
import type { PublishedEvent } from "../events/published_event.ts";
import type { Namespace } from "../base/namespace.ts";

/**
 * Checks an event to publish, and makes the event that subscribers receive.
 *
 * @throws {InvalidEventError} If a field is invalid, or the data is not JSON; the error names the path.
 * @throws {TooLargeError} If it is larger than a commit may be.
 */
export function preparePublished(
  namespace: Namespace,
  actorId: string,
  event: unknown,
  settings: CommitSettings,
): PublishedEvent {
  const { event: prepared, maxBytes } = prepareEvent(event, "event", settings);
  const { id, type, schemaVersion, data, metadata } = prepared;
  const timestamp = checkedTime(settings.now);
  checkCommitSize("publish of", actorId, { timestamp, events: [prepared] }, maxBytes, settings.maxCommitBytes);
  return Object.freeze({
    id,
    type,
    schemaVersion,
    namespace,
    actorId,
    timestamp,
    data: data as PublishedEvent["data"],
    metadata,
  });
}
