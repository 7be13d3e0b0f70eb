import { addMetadata } from "../commits/add_metadata.ts";
import { checkedTime } from "../commits/call_settings.ts";
import { checkCommitSize } from "../commits/check_commit_size.ts";
import type { CommitSettings } from "../commits/commit_settings.ts";
import { prepareEvent } from "../commits/prepare_event.ts";
import type { EventMetadata } from "../events/event_metadata.ts";
import type { PublishedEvent } from "../events/published_event.ts";
import type { Namespace } from "../base/namespace.ts";

/**
 * Checks an event that the caller publishes, and makes the event that subscribers receive.
 *
 * @param derived Metadata from the observer. A pair is added only if the event does not have its key.
 * @throws {InvalidEventError} If a field is invalid, or the data is not JSON; the error names the path.
 * @throws {TooLargeError} If the event is larger than a commit may be.
 */
export function preparePublished(
  namespace: Namespace,
  actorId: string,
  event: unknown,
  settings: CommitSettings,
  derived?: EventMetadata,
): PublishedEvent {
  const { event: prepared, maxBytes } = prepareEvent(event, "event", settings);
  const timestamp = checkedTime(settings.now);
  const content = { timestamp, events: [prepared] };
  checkCommitSize("publish an event of", actorId, content, maxBytes, settings.maxCommitBytes);
  const { events: [extended] } = derived === undefined
    ? content
    : addMetadata(content, derived, maxBytes, settings.maxCommitBytes);
  const { id, type, schemaVersion, data, metadata } = extended!;
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
