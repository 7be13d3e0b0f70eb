import type { JetStreamMessageHeaders } from "../nats/connection.ts";

/**
 * What a message needs its reader to understand and this version does not know, as its `Aether-Critical` header says;
 * `undefined` if there is nothing. This version knows no critical name.
 */
export function unknownCritical(headers: JetStreamMessageHeaders | undefined): string | undefined {
  return headers?.get("Aether-Critical") || undefined;
}
