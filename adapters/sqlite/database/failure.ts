/** The kinds of failures that this adapter treats differently. */
export type FileFailure = "busy" | "full" | "read-only" | "corrupt" | "io" | "replaced" | "other";

/** The kind of a failure, by SQLite's primary result code: https://www.sqlite.org/rescode.html. */
const KINDS: Readonly<Record<number, FileFailure>> = {
  5: "busy", // SQLITE_BUSY
  6: "busy", // SQLITE_LOCKED
  8: "read-only", // SQLITE_READONLY
  10: "io", // SQLITE_IOERR
  11: "corrupt", // SQLITE_CORRUPT
  13: "full", // SQLITE_FULL
  14: "io", // SQLITE_CANTOPEN
  26: "corrupt", // SQLITE_NOTADB
};

/**
 * The kind of a failure, by SQLite's message. When Deno's `node:sqlite` opens a file, its errors have no result code. A
 * missing table has the code of all errors in SQL.
 */
const MESSAGES: readonly (readonly [RegExp, FileFailure])[] = [
  [/database (table )?is locked/, "busy"],
  [/readonly database/, "read-only"],
  [/disk I\/O error|unable to open/, "io"],
  [/malformed|not a database|no such table/, "corrupt"],
  [/database or disk is full/, "full"],
];

/**
 * The open file was deleted or replaced. The error for the user repeats the message, which names the state and the fix.
 */
export class ReplacedFileError extends Error {
  /** The class name, for logs. */
  override readonly name = "ReplacedFileError";
}

/** The file lacks data that every file of this adapter has. The message says which. */
export class DamagedFileError extends Error {
  /** The class name, for logs. */
  override readonly name = "DamagedFileError";
}

/** Classifies an error of `node:sqlite`, by its result code or, if that has no kind, by SQLite's message. */
export function classifyFailure(error: unknown): FileFailure {
  if (error instanceof ReplacedFileError) return "replaced";
  if (error instanceof DamagedFileError) return "corrupt";
  const { errcode, message = "" } = error as { errcode?: number; message?: string };
  // The low byte of an extended result code is the primary result code.
  const kind = errcode === undefined ? undefined : KINDS[errcode & 0xff];
  return kind ?? MESSAGES.find(([pattern]) => pattern.test(message))?.[1] ?? "other";
}
