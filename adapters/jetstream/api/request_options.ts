import type { EncodedHeaders } from "../nats/encode_headers.ts";

/** The options of one request. */
export interface RequestOptions {
  readonly headers?: EncodedHeaders | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for the reply; by default the timeout of the backend. */
  readonly timeout?: number | undefined;
}
