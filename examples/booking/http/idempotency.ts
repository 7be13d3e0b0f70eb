import type { EventMetadata, RecordedEvent } from "@flowmade-one/aether";
import { MAX_KEY_LENGTH } from "../limits.ts";
import { badRequest, Problem } from "./problem.ts";

export const KEY = "idempotency-key";

const VISIBLE_ASCII = new RegExp(`^[!-~]{1,${MAX_KEY_LENGTH}}$`);

/**
 * The key under which the client repeats a request. A request without one gets a random key, which the answer contains.
 */
export function keyOf(request: Request): string {
  const key = request.headers.get(KEY) ?? crypto.randomUUID();
  if (VISIBLE_ASCII.test(key)) return key;
  throw badRequest(`Idempotency-Key must be 1 to ${MAX_KEY_LENGTH} visible ASCII characters`, { header: KEY });
}

/** Separate from the ids of the payments, so that a client cannot use these. */
export function commitIdOf(key: string): string {
  return `client-${key}`;
}

/** The metadata of a request: its trace context, and a digest that distinguishes it from other requests. */
export async function metadataOf(request: Request, url: URL, body: Uint8Array): Promise<EventMetadata> {
  const head = new TextEncoder().encode(`${request.method} ${url.pathname}\n`);
  const digest = await crypto.subtle.digest("SHA-256", await new Blob([head, body as BlobPart]).arrayBuffer());
  const traceparent = request.headers.get("traceparent") ?? undefined;
  return { request: new Uint8Array(digest).toHex(), ...(isTrace(traceparent) && { traceparent }) };
}

function isTrace(traceparent: string | undefined): boolean {
  return traceparent !== undefined && /^[0-9a-f]{2}(-[0-9a-f]+)+$/.test(traceparent) && traceparent.length <= 128;
}

/** Only the key decides whether a request was executed. This checks that it was the same request. */
export function checkSameRequest(events: readonly RecordedEvent[], { request }: EventMetadata): void {
  const [first] = events;
  if (first === undefined || first.metadata["request"] === request) return;
  throw new Problem(
    422,
    "idempotency-key-reused",
    "Another request was sent with this Idempotency-Key. Take a new one",
  );
}
