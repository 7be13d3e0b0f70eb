import { type FileFacts, statFile } from "./stat_file.ts";

/**
 * Detects whether a path still leads to the file that was opened. If a file is deleted or replaced while it is open, no
 * other process sees later writes to it.
 */
export class FileIdentity {
  readonly #path: string;
  readonly #opened: FileFacts;

  /** @param path A file that exists. */
  constructor(path: string) {
    this.#path = path;
    this.#opened = statFile(path)!;
  }

  /** Whether the path leads to no file, or to another file. */
  isReplaced(): boolean {
    const facts = statFile(this.#path);
    return facts === undefined || facts.dev !== this.#opened.dev || facts.ino !== this.#opened.ino;
  }
}
