/** Is told what went wrong, and in doing what, where no client can mend it. */
export type Report = (what: string, error: unknown) => void;
