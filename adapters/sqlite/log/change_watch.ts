import type { Namespace } from "../../../mod.ts";
import type { ChangeListener, ChangePoll } from "../database/change_poll.ts";

/** Wakes the live subscriptions of a backend: at once after its own appends, and by polling after others. */
export class ChangeWatch implements ChangeListener {
  readonly #poll: ChangePoll;
  readonly #watchers: Map<Namespace, Set<ChangeListener>> = new Map();

  constructor(poll: ChangePoll) {
    this.#poll = poll;
  }

  /** Adds a subscription to a namespace. Returns a function that removes it. */
  add(namespace: Namespace, watcher: ChangeListener): () => void {
    if (this.#watchers.size === 0) this.#poll.add(this);
    let watchers = this.#watchers.get(namespace);
    if (watchers === undefined) this.#watchers.set(namespace, watchers = new Set());
    watchers.add(watcher);
    return () => {
      if (!watchers.delete(watcher) || watchers.size > 0) return;
      this.#watchers.delete(namespace);
      if (this.#watchers.size === 0) this.#poll.delete(this);
    };
  }

  /** Called after this backend has appended to a namespace. */
  appended(namespace: Namespace): void {
    for (const watcher of this.#watchers.get(namespace) ?? []) watcher.changed();
  }

  changed(): void {
    for (const watcher of this.#all()) watcher.changed();
  }

  failed(error: unknown): void {
    for (const watcher of this.#all()) watcher.failed(error);
  }

  #all(): ChangeListener[] {
    return [...this.#watchers.values()].flatMap((watchers) => [...watchers]);
  }
}
