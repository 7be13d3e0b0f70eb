import type { EventMetadata, RecordedEvent } from "@flowmade-one/aether";
import { MAX_KEY_LENGTH } from "../limits.ts";
import { badRequest, Problem } from "./problem.ts";

/** The name of the header. */
export const KEY_HEADER = "idempotency-key";

const VISIBLE_ASCII = new RegExp(`^[!-~]{1,${MAX_KEY_LENGTH}}$`);

/**
 * The key with which a client repeats a request. A request without a key gets a random one, which the response
 * contains.
 */
export function keyOf(request: Request): string {
  const key = request.headers.get(KEY_HEADER) ?? crypto.randomUUID();
  if (VISIBLE_ASCII.test(key)) return key;
  throw badRequest(`Idempotency-Key must be 1 to ${MAX_KEY_LENGTH} visible ASCII characters`, { header: KEY_HEADER });
}

/** The commit id of a request. Its prefix keeps clients from using the commit ids of payments. */
export function commitIdOf(key: string): string {
  return `client-${key}`;
}

/** The metadata of a request: its trace context, and a digest of its method, path and body. */
export async function metadataOf(request: Request, url: URL, body: Uint8Array): Promise<EventMetadata> {
  const head = new TextEncoder().encode(`${request.method} ${url.pathname}\n`);
  const digest = await crypto.subtle.digest("SHA-256", await new Blob([head, body as BlobPart]).arrayBuffer());
  const traceparent = request.headers.get("traceparent") ?? undefined;
  return { request: new Uint8Array(digest).toHex(), ...(isTraceparent(traceparent) && { traceparent }) };
}

function isTraceparent(traceparent: string | undefined): boolean {
  return traceparent !== undefined && /^[0-9a-f]{2}(-[0-9a-f]+)+$/.test(traceparent) && traceparent.length <= 128;
}

/**
 * Checks that the events were stored by the same request. `execute` compares the key only.
 *
 * @throws {Problem} If another request stored them.
 */
export function checkSameRequest(events: readonly RecordedEvent[], { request: digest }: EventMetadata): void {
  const [first] = events;
  if (first === undefined || first.metadata["request"] === digest) return;
  throw new Problem(
    422,
    "idempotency-key-reused",
    "Another request was sent with this Idempotency-Key. Use a new key",
  );
}
