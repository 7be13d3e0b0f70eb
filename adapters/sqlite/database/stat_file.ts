import { statSync } from "node:fs";

/** Facts about a file. */
export interface FileFacts {
  /** The device. Together with the number, it identifies the file. */
  readonly dev: number;
  /** The number of the file on its device. */
  readonly ino: number | null;
  /** Bytes. */
  readonly size: number;
}

/** `Deno.statSync` takes a quarter of the time of `statSync` from `node:fs` in Deno. It is absent in other runtimes. */
const { Deno: deno } = globalThis as { readonly Deno?: { statSync(path: string): FileFacts } };

/** Reads the facts about the file to which a path leads; `undefined` if there is no file. */
export function statFile(path: string): FileFacts | undefined {
  if (deno !== undefined) {
    try {
      return deno.statSync(path);
    } catch {
      // The next call returns `undefined` for an absent file, and throws the error of any other failure.
    }
  }
  return statSync(path, { throwIfNoEntry: false });
}
