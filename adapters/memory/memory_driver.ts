import type { Capabilities, Driver } from "../../adapter.ts";
import { DEFAULT_MAX_COMMIT_BYTES } from "../../limits.ts";
import type { Namespace } from "../../mod.ts";
import { MemoryCalls } from "./memory_calls.ts";
import { MemoryLog, type MemoryLogOptions } from "./memory_log.ts";
import type { MemoryOptions } from "./memory_options.ts";
import { MemoryRecords } from "./memory_records.ts";

/** Keeps one independent log per namespace. */
export class MemoryDriver implements Driver {
  readonly capabilities: Capabilities;
  readonly calls: MemoryCalls = new MemoryCalls();
  readonly records: MemoryRecords = new MemoryRecords();
  readonly #options: MemoryLogOptions;
  readonly #logs: Map<Namespace, MemoryLog> = new Map();

  constructor({ retention, quota, maxCommitBytes = DEFAULT_MAX_COMMIT_BYTES, now = Date.now }: MemoryOptions) {
    this.capabilities = { durability: "none", maxCommitBytes };
    this.#options = { retention, quota, now };
  }

  /** Returns the same log at each call with a namespace, so that a backend has imported data. */
  open(namespace: Namespace): MemoryLog {
    let log = this.#logs.get(namespace);
    if (log === undefined) this.#logs.set(namespace, log = new MemoryLog(namespace, this.#options));
    return log;
  }

  *namespaces(): Generator<Namespace, void, void> {
    for (const [namespace, log] of this.#logs) if (!log.isUnused()) yield namespace;
  }

  close(): Promise<void> {
    this.calls.close();
    this.#logs.clear();
    return Promise.resolve();
  }
}
