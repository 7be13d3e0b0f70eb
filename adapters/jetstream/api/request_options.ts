import type { EncodedHeaders } from "../nats/encode_headers.ts";

/** How one request is sent. */
export interface RequestOptions {
  readonly headers?: EncodedHeaders | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for the reply; without it, the timeout of the backend. */
  readonly timeout?: number | undefined;
}
