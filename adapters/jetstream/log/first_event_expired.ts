/** The rest of a range was purged while it was read. It stays inside the adapter. */
export class FirstEventExpired extends Error {}
