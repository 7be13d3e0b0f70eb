/** Maximum number of tokens of a pattern. A subject with more tokens can only match a pattern that ends in `>`. */
export const MAX_PATTERN_TOKENS = 31;

/**
 * Maximum number of subscribers of one pattern in an array that each change copies. A copy of 16 pointers costs less
 * than a `Set`.
 */
export const COPIED_SUBSCRIBERS = 16;

/**
 * Maximum number of cached subjects. With subjects of 30 characters, the cache takes less than 640 KiB, including the
 * `Map` of {@link HOT_SUBJECTS}.
 */
export const CACHED_SUBJECTS = 3_500;

/** Maximum number of cached subjects that are also in a `Map`, for repeated string objects. */
export const HOT_SUBJECTS = 1_024;

/** UTF-16 units of the longest subject that is cached, so that a sender of long subjects cannot fill memory. */
export const CACHED_SUBJECT_LENGTH = 128;

/** Maximum number of handlers in a cached match. Calling more handlers costs far more than the search. */
export const CACHED_HANDLERS = 64;

/** Number of subjects that the cache remembers as seen once, as 4-byte hashes: 16 KiB. */
export const REMEMBERED_SUBJECTS = 4_096;

/** Number of kinds of changes, 8 bytes each. Two subjects that share a kind cost a comparison, never a wrong match. */
export const CHANGE_KINDS = 512;

/** Number of remembered changes: 24 bytes each, plus the strings of removed patterns. A power of two. */
export const REMEMBERED_CHANGES = 1_024;

/**
 * Maximum number of changes of one kind that are compared with a subject. More comparisons cost as much as a search.
 */
export const COMPARED_CHANGES = 32;
