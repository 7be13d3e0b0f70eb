import type { Namespace } from "../../../mod.ts";
import { classifyFailure } from "../database/failure.ts";
import type { StoreFile } from "../database/store_file.ts";

/** A live subscription that is called when its log may have changed. */
export interface Watcher {
  /** Something may have been appended. */
  wake(): void;
  /** The file cannot be watched any more. */
  fail(error: unknown): void;
}

/**
 * Wakes the live subscriptions of a backend: at once after its own appends, and by polling the file after those of other
 * connections. It polls only while there is a subscription.
 */
export class ChangeWatch {
  readonly #file: StoreFile;
  readonly #pollInterval: number;
  readonly #watchers: Map<Namespace, Set<Watcher>> = new Map();
  #generation = -1;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param pollInterval In milliseconds. */
  constructor(file: StoreFile, pollInterval: number) {
    this.#file = file;
    this.#pollInterval = pollInterval;
  }

  /** Adds a watcher of a namespace. Returns a function that removes it. */
  add(namespace: Namespace, watcher: Watcher): () => void {
    let watchers = this.#watchers.get(namespace);
    if (watchers === undefined) this.#watchers.set(namespace, watchers = new Set());
    watchers.add(watcher);
    if (this.#timer === undefined) {
      this.#generation = this.#file.generation;
      this.#timer = setInterval(() => this.#poll(), this.#pollInterval);
    }
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(namespace) === watchers) this.#watchers.delete(namespace);
      if (this.#watchers.size === 0) this.#stop();
    };
  }

  /** This backend has appended to a namespace. */
  changed(namespace: Namespace): void {
    for (const watcher of this.#watchers.get(namespace) ?? []) watcher.wake();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #poll(): void {
    try {
      this.#file.checkPath();
      this.#file.refresh();
    } catch (error) {
      if (classifyFailure(error) === "busy") return; // The next poll finds the change.
      for (const watcher of this.#all()) watcher.fail(error);
      return;
    }
    // A read may have noticed the change before this poll: the generation tells.
    const { generation } = this.#file;
    if (generation === this.#generation) return;
    this.#generation = generation;
    for (const watcher of this.#all()) watcher.wake();
  }

  #all(): Watcher[] {
    return [...this.#watchers.values()].flatMap((watchers) => [...watchers]);
  }
}
