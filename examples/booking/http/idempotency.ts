import type { EventMetadata, RecordedEvent } from "@flowmade-one/aether";
import { MAX_KEY_LENGTH } from "../limits.ts";
import { badRequest, Problem } from "./problem.ts";

export const KEY = "idempotency-key";

const VISIBLE_ASCII = new RegExp(`^[!-~]{1,${MAX_KEY_LENGTH}}$`);

/** The key that the client repeats a request with; one is made for a client who gave none, and told to it. */
export function keyOf(request: Request): string {
  const key = request.headers.get(KEY) ?? crypto.randomUUID();
  if (VISIBLE_ASCII.test(key)) return key;
  throw badRequest(`Idempotency-Key must be 1 to ${MAX_KEY_LENGTH} visible ASCII characters`, { header: KEY });
}

/** Apart from the ids that the payments use, which a client could otherwise take. */
export function commitIdOf(key: string): string {
  return `client-${key}`;
}

/** Where an event comes from: the trace of the request, and a digest that tells the request from another one. */
export async function metadataOf(request: Request, url: URL, body: Uint8Array): Promise<EventMetadata> {
  const head = new TextEncoder().encode(`${request.method} ${url.pathname}\n`);
  const digest = await crypto.subtle.digest("SHA-256", await new Blob([head, body as BlobPart]).arrayBuffer());
  const traceparent = request.headers.get("traceparent") ?? undefined;
  return { request: new Uint8Array(digest).toHex(), ...(isTrace(traceparent) && { traceparent }) };
}

function isTrace(traceparent: string | undefined): boolean {
  return traceparent !== undefined && /^[0-9a-f]{2}(-[0-9a-f]+)+$/.test(traceparent) && traceparent.length <= 128;
}

/** A key decides by itself whether a request was done. Here it is seen that it was this one, and not another. */
export function checkSameRequest(events: readonly RecordedEvent[], { request }: EventMetadata): void {
  const [first] = events;
  if (first === undefined || first.metadata["request"] === request) return;
  throw new Problem(
    422,
    "idempotency-key-reused",
    "Another request was sent with this Idempotency-Key. Take a new one",
  );
}
