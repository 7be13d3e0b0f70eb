/** The kinds of failures that this adapter treats differently. */
export type FileFailure = "busy" | "full" | "read-only" | "corrupt" | "io" | "replaced" | "other";

/** By primary result code: https://www.sqlite.org/rescode.html. */
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

/** By message: errors of Deno's `node:sqlite` have no result code when it opens a file. */
const MESSAGES: readonly (readonly [RegExp, FileFailure])[] = [
  [/database (table )?is locked/, "busy"],
  [/readonly database/, "read-only"],
  [/disk I\/O error|unable to open/, "io"],
  [/malformed|not a database/, "corrupt"],
  [/database or disk is full/, "full"],
];

/** The open file was deleted or replaced. The message contains the state and the fix, for the user's error. */
export class ReplacedFileError extends Error {
  /** The class name, for logs. */
  override readonly name = "ReplacedFileError";
}

/** Classifies an error of `node:sqlite`, by its result code or, if it has none, by SQLite's message. */
export function classifyFailure(error: unknown): FileFailure {
  if (error instanceof ReplacedFileError) return "replaced";
  const { errcode, message = "" } = error as { errcode?: number; message?: string };
  // The low byte of an extended result code is the primary one.
  if (typeof errcode === "number") return KINDS[errcode & 0xff] ?? "other";
  return MESSAGES.find(([pattern]) => pattern.test(message))?.[1] ?? "other";
}
