import { statSync } from "node:fs";

/**
 * Detects whether a path still leads to the file that was opened. If a file is deleted or replaced while it is open, no
 * other process sees later writes to it.
 */
export class FileIdentity {
  readonly #path: string;
  readonly #device: number;
  readonly #inode: number;

  /** @param path A file that exists. */
  constructor(path: string) {
    this.#path = path;
    const { dev, ino } = statSync(path);
    this.#device = dev;
    this.#inode = ino;
  }

  /** Whether the path leads to no file, or to another file. */
  isReplaced(): boolean {
    const stats = statSync(this.#path, { throwIfNoEntry: false });
    return stats === undefined || stats.dev !== this.#device || stats.ino !== this.#inode;
  }
}
