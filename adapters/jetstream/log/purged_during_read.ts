/** Messages of a range were purged while the range was read. The adapter never throws this error to the user. */
export class PurgedDuringRead extends Error {}
