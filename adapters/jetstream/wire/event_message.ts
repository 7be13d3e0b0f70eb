/**
 * A published event as a message: see docs/wire-format.md. Its body has the form of a commit with one event.
 *
 * @module
 */
import { CorruptDataError } from "../../../errors.ts";
import type { Namespace, PublishedEvent } from "../../../mod.ts";
import type { Codecs } from "./codecs.ts";
import { unknownCritical } from "./critical_header.ts";
import type { JetStreamMessage } from "../nats/connection.ts";
import { headersOf } from "../nats/message_headers.ts";
import { decodeActor, encodeActor } from "./names.ts";
import { traceHeaders } from "./trace_headers.ts";
import { type EncodedHeaders, encodeHeaders } from "../nats/encode_headers.ts";

/** A message to send. */
export interface EventMessage {
  readonly headers: EncodedHeaders;
  readonly body: Uint8Array;
}

/**
 * Encodes an event.
 *
 * @param origin The id of this backend, by which it recognises its own messages.
 */
export function encodeEvent(event: PublishedEvent, origin: string, codecs: Codecs): EventMessage {
  const { actorId, timestamp, metadata } = event;
  const { contentType, body } = codecs.encode({ timestamp, events: [event] });
  const headers = encodeHeaders([
    ["Aether-Actor", encodeActor(actorId)],
    ["Aether-Origin", origin],
    ["Content-Type", contentType],
    ...traceHeaders(metadata),
  ]);
  return { headers, body };
}

/** The origin of an event message; empty if it names no origin. */
export function originOf(message: JetStreamMessage): string {
  return headersOf(message)?.get("Aether-Origin") ?? "";
}

/**
 * Decodes an event.
 *
 * @param namespace The namespace in the subject of the message.
 * @throws {CorruptDataError} If the message is not an event, or has a newer format.
 */
export function decodeEvent(namespace: Namespace, message: JetStreamMessage, codecs: Codecs): PublishedEvent {
  try {
    return decode(namespace, message, codecs);
  } catch (cause) {
    throw new CorruptDataError(
      `Cannot read an event that was published at "${message.subject}": ${reasonOf(cause)}. Another program or ` +
        `a newer version of Aether published it`,
      { namespace },
      { cause },
    );
  }
}

function decode(namespace: Namespace, message: JetStreamMessage, codecs: Codecs): PublishedEvent {
  const headers = headersOf(message);
  const critical = unknownCritical(headers);
  if (critical !== undefined) throw new TypeError(`it needs a reader that supports ${JSON.stringify(critical)}`);
  const actorId = decodeActor(headers?.get("Aether-Actor") ?? "");
  if (actorId === undefined) throw new TypeError("its Aether-Actor is not an actor id");
  const encoding = headers?.get("Content-Encoding");
  if (encoding !== "") throw new TypeError(`its content encoding ${JSON.stringify(encoding)} is unknown`);
  const { timestamp, events } = codecs.decode(headers?.get("Content-Type") ?? "", message.data);
  if (events.length !== 1) throw new TypeError(`it contains ${events.length} events, not one`);
  const { id, type, schemaVersion, data, metadata } = events[0]!;
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

/** The reason of a failure. A codec may throw any value. */
function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
