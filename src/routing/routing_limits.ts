/** Tokens a pattern may have. The grammar's limit; a subject with more can only be met by a `>`. */
export const MAX_PATTERN_TOKENS = 31;

/** Subscribers of one pattern that are kept as a plain array and copied on change: 16 pointers cost less than a `Set`. */
export const COPIED_SUBSCRIBERS = 16;

/**
 * Maximum number of cached subjects. With subjects of 30 characters, and {@link HOT_SUBJECTS}, the cache stays below
 * 640 KiB.
 */
export const CACHED_SUBJECTS = 3_500;

/** Cached subjects that are also in a `Map`, for string objects that come again. */
export const HOT_SUBJECTS = 1_024;

/** UTF-16 units of the longest subject that is cached, so that a stranger's long subjects cannot fill memory. */
export const CACHED_SUBJECT_LENGTH = 128;

/** Handlers of the largest cached answer. Calling more than these costs far more than finding them again. */
export const CACHED_HANDLERS = 64;

/** Subjects the cache remembers to have seen once, as 4-byte hashes: 16 KiB. */
export const REMEMBERED_SUBJECTS = 4_096;

/** Kinds of changes, 8 bytes each. Two subjects of one kind cost a comparison, never a match. */
export const CHANGE_KINDS = 512;

/** Changes that are remembered, 24 bytes each and the strings of removed patterns. A power of two. */
export const REMEMBERED_CHANGES = 1_024;

/** Changes of one kind that are compared with a subject. Beyond, a search costs no more. */
export const COMPARED_CHANGES = 32;
