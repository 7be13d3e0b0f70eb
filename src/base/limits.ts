/**
 * The limits that all backends share, each with its unit. Tests cover each limit and the next greater value.
 *
 * @module
 */

/** Tokens in a namespace. The limit keeps the NATS subjects of the namespace short. */
export const MAX_NAMESPACE_TOKENS = 16;

/** Characters in one token of a namespace: a DNS label's limit (RFC 1035), so that names can be used as host labels. */
export const MAX_NAMESPACE_TOKEN_LENGTH = 63;

/**
 * Characters in a namespace. A NATS stream name has at most 255 characters, and contains the encoded namespace and a
 * suffix.
 */
export const MAX_NAMESPACE_LENGTH = 128;

/** Bytes of UTF-8 in an actor id. Even with three characters for each byte, the encoded id fits into a NATS subject. */
export const MAX_ACTOR_ID_BYTES = 200;

/**
 * Tokens in an actor id and in a pattern. nats-server splits subjects of up to 32 tokens without an allocation. The
 * limit does not include the tokens of an adapter's prefix.
 */
export const MAX_SUBJECT_TOKENS = 31;

/** Events in one commit. */
export const MAX_EVENTS_PER_COMMIT = 1_000;

/**
 * Bytes of one commit in its JSON form, by default: nats-server's default `max_payload` of 1,048,576 bytes, less the
 * space for headers. An adapter may have another limit.
 */
export const DEFAULT_MAX_COMMIT_BYTES = 1_000_000;

/**
 * Bytes of a snapshot's state in its JSON form. A snapshot is read and written as a whole: the limit protects memory
 * rather than storage.
 */
export const MAX_SNAPSHOT_BYTES = 64_000_000;

/**
 * Bytes of one JSON value that is copied: the data of a decided or upcast event, metadata, or a command or an answer
 * that is sent to another node. The adapter's limit for commits applies after the copy, or not at all. The limit bounds
 * the memory for a value that refers to one object many times, because the copy contains the object each time.
 */
export const MAX_COPIED_JSON_BYTES = 64_000_000;

/** Bytes of UTF-8 in an event's type. */
export const MAX_EVENT_TYPE_BYTES = 200;

/** Characters in the id of an event or of a commit. Only visible ASCII, because ids are sent in headers. */
export const MAX_ID_LENGTH = 128;

/**
 * Levels of objects and arrays in event data. Real data has far fewer levels, and recursive functions overflow the
 * stack only at far more.
 */
export const MAX_DATA_DEPTH = 100;

/** The greatest schema version of an event. A shape that changes every week for a thousand years stays below it. */
export const MAX_SCHEMA_VERSION = 65_535;

/** Pairs in an event's metadata. */
export const MAX_METADATA_PAIRS = 64;

/** Characters in a metadata key. */
export const MAX_METADATA_KEY_LENGTH = 128;

/** Characters in the reason of a grant. */
export const MAX_REASON_LENGTH = 500;

/** Snapshots kept per actor, newest first. */
export const MAX_SNAPSHOTS_KEPT = 100;

/**
 * Maximum attempts of one command under contention. A command that conflicts more often needs fewer writers, not more
 * attempts.
 */
export const MAX_ATTEMPTS = 1_000;

/**
 * Maximum milliseconds between two attempts: the greatest delay that a timer accepts. With a greater delay, a timer
 * fires at once.
 */
export const MAX_BACKOFF_MS = 2_147_483_647;

/**
 * Number of an actor's newest commits that are searched for a commit id by default. A snapshot contains the ids of at
 * most as many commits, which take about 10 kB. A repeated command usually arrives within seconds.
 */
export const COMMIT_ID_LOOKBACK = 256;

/**
 * Characters in the key of a record. With a prefix and an encoded namespace, the key still fits into a NATS subject.
 */
export const MAX_RECORD_KEY_LENGTH = 200;

/** Tokens in the key of a record. With a prefix, the key still has at most 20 tokens in a NATS subject. */
export const MAX_RECORD_KEY_TOKENS = 16;

/** Bytes in the value of a record. Every member reads every changed record: records must stay small. */
export const MAX_RECORD_BYTES = 65_536;
