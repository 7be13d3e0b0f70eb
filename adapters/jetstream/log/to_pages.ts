import type { Page } from "../../../adapter.ts";
import type { RecordedEvent } from "../../../mod.ts";
import { decodeCommitMessage } from "../wire/commit_message.ts";
import type { LogContext } from "./log_context.ts";
import type { LogMetadata } from "../wire/log_marker.ts";
import type { StoredMessage } from "../api/stored_message.ts";

/** Decodes a message into its events. */
export type Decoder = (message: StoredMessage) => readonly RecordedEvent[];

/**
 * The decoder of a log. It throws a `CorruptDataError` for a message that is not a commit.
 *
 * @param metadata The metadata that was known before the messages were received.
 */
export function decoderOf(
  { names, codecs, actorIds }: LogContext,
  { partitions, identity }: Pick<LogMetadata, "partitions" | "identity">,
): Decoder {
  const context = { names, codecs, identity };
  return (message) => decodeCommitMessage(context, actorIds.of(partitions, message.subject), message).events;
}

/** The events of messages. If a message cannot be read, its error is thrown after the events of earlier messages. */
export function* toPages(messages: readonly StoredMessage[], decode: Decoder): Generator<Page, void, void> {
  const page: Page = [];
  try {
    for (const message of messages) for (const event of decode(message)) page.push(event);
  } catch (error) {
    if (page.length > 0) yield page;
    throw error;
  }
  if (page.length > 0) yield page;
}
