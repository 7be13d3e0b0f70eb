// All limits of the service.

/** Bytes of a request's body. The body of a valid request has about 300 bytes at most. */
export const MAX_BODY_BYTES = 10_000;

/** Seats of a screening. Each taken seat is a part of the screening's state, and of responses. */
export const MAX_SEATS = 1_000;

/** Characters of a title. */
export const MAX_TITLE_LENGTH = 200;

/** Cents of one price or one top-up. */
export const MAX_CENTS = 1_000_000;

/** Characters of the id of a screening or a customer. */
export const MAX_NAME_LENGTH = 64;

/** Characters of an idempotency key: a commit id has 128 at most, including its prefix. */
export const MAX_KEY_LENGTH = 100;

/** Feeds of all tenants together. Each is a subscription that holds two pages of events at most. */
export const MAX_FEEDS = 1_000;

/**
 * Attempts to decide a command while a client waits. Concurrent requests for seats of one screening conflict. One of
 * them succeeds at each attempt.
 */
export const ATTEMPTS = 10;

/** Milliseconds that a read waits for the read model. */
export const MODEL_TIMEOUT_MS = 5_000;

/** Milliseconds that a process waits for the file of a read model while another process writes to it. */
export const FILE_TIMEOUT_MS = 5_000;

/** Milliseconds between comments in a silent feed, so that no proxy closes its connection. */
export const HEARTBEAT_MS = 15_000;

/** Milliseconds that running requests have to end when the service ends. */
export const GRACE_MS = 10_000;

/**
 * Milliseconds after the grace period in which aborted requests are answered with an error. Then the service does not
 * wait for clients that neither send nor read the rest.
 */
export const LINGER_MS = 500;

/** Milliseconds that a seat stays held for a customer who has not paid. */
export const HOLD_MS = 15 * 60_000;

/** Attempts of a payment before its screening is parked. With the default pauses they take about four minutes. */
export const PARK_AFTER = 15;

/** Milliseconds of silence after which another process takes over the payments of a process that crashed. */
export const SESSION_TTL_MS = 20_000;
