import type { JetStreamMessageHeaders } from "../nats/connection.ts";

/**
 * The first name in the header `Aether-Critical` that this version does not support; `undefined` if there is none. A
 * reader must support every name in the header. This version supports none.
 */
export function unknownCritical(headers: JetStreamMessageHeaders | undefined): string | undefined {
  return headers?.get("Aether-Critical") || undefined;
}
