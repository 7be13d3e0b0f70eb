/**
 * Strings that an event has in addition to its data: its cause, its trace context, and pairs of the application. At
 * most 64 pairs; keys of 1 to 128 characters.
 */
export interface EventMetadata {
  /** The id that all events of one request or process share. */
  readonly correlationId?: string | undefined;
  /** The id of the event or command that caused this event. */
  readonly causationId?: string | undefined;
  /** The W3C trace context's `traceparent`; visible ASCII and spaces. */
  readonly traceparent?: string | undefined;
  /** The W3C trace context's `tracestate`; visible ASCII and spaces. */
  readonly tracestate?: string | undefined;
  /** A pair of the application. */
  readonly [key: string]: string | undefined;
}
