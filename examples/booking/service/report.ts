/** Called with the operation that failed, and with its failure, which no client can fix. */
export type Report = (operation: string, error: unknown) => void;
