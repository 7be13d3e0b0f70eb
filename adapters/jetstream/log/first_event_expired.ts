/** The rest of a range was purged while it was read. The adapter never throws this error to the user. */
export class FirstEventExpired extends Error {}
