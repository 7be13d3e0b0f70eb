/** Called with a failure that no client can repair, and with the operation that failed. */
export type Report = (what: string, error: unknown) => void;
