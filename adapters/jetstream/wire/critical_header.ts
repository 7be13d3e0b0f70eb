import type { JetStreamMessageHeaders } from "../nats/connection.ts";

/**
 * The first name in the header `Aether-Critical` that this version does not know; `undefined` if there is none. A
 * reader must know every name in it. This version knows none.
 */
export function unknownCritical(headers: JetStreamMessageHeaders | undefined): string | undefined {
  return headers?.get("Aether-Critical") || undefined;
}
