import { classifyFailure } from "./failure.ts";
import type { StoreFile } from "./store_file.ts";

/** A part of the backend that waits for other connections to write to the file. */
export interface ChangeListener {
  /** Called after another connection has committed. */
  changed(): void;
  /** Called at each poll while the file cannot be read. */
  failed(error: unknown): void;
}

/** Polls the file for the commits of other connections, of this process or of others, while there is a listener. */
export class ChangePoll {
  readonly #file: StoreFile;
  readonly #interval: number;
  readonly #listeners: Set<ChangeListener> = new Set();
  #generation = -1;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param interval Milliseconds between two polls. */
  constructor(file: StoreFile, interval: number) {
    this.#file = file;
    this.#interval = interval;
  }

  add(listener: ChangeListener): void {
    this.#listeners.add(listener);
    if (this.#timer !== undefined) return;
    this.#generation = this.#file.generation;
    this.#timer = setInterval(() => this.#poll(), this.#interval);
  }

  delete(listener: ChangeListener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #poll(): void {
    try {
      this.#file.checkPath();
      this.#file.refresh();
    } catch (error) {
      if (classifyFailure(error) === "busy") return; // The next poll finds the change.
      for (const listener of [...this.#listeners]) listener.failed(error);
      return;
    }
    // A read or a transaction may have noticed the change before this poll.
    const { generation } = this.#file;
    if (generation === this.#generation) return;
    this.#generation = generation;
    for (const listener of [...this.#listeners]) listener.changed();
  }
}
